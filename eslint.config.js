import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/**
 * The layers of ARCHITECTURE.md: a folder may import from itself and from the folders named here. `base` and
 * `core/types` are open to all. This table is the rule; the zones below are made from it.
 */
const layers = {
  'src/base': [],
  'src/core/types': [],
  'src/core/onnx': [],
  'src/core/tensors': ['src/core/onnx'],
  'src/core/model': ['src/core/onnx', 'src/core/tensors'],
  'src/core/sae': ['src/core/onnx', 'src/core/tensors'],
  'src/core/text': [],
  'src/core/dataset': [],
  'src/core/probe': [],
  'src/core/calibrate': [],
  'src/core/teach': ['src/core/probe', 'src/core/calibrate'],
  'src/core/report': [],
  'src/protocol': [],
  'src/engine': ['src/core', 'src/protocol'],
  'src/store': ['src/core', 'src/protocol'],
  'src/audit': ['src/core', 'src/engine', 'src/store', 'src/protocol'],
  'src/cli': ['src/core', 'src/engine', 'src/store', 'src/protocol', 'src/audit'],
  'src/extension': ['src/core', 'src/protocol', 'src/audit'],
};
const open = ['src/base', 'src/core/types'];
const all = Object.keys(layers);

/** What a folder must not import: every layer that is neither itself, nor open, nor in its list. */
const zones = all.map((target) => ({
  target,
  from: [...all, 'webview', 'test'].filter((from) => {
    const allowed = [target, ...layers[target], ...(target === 'src/base' || target === 'src/core/types' ? [] : open)];
    return !allowed.some((folder) => from === folder || from.startsWith(`${folder}/`));
  }),
}));
// A webview knows the protocol and the types, nothing else of src.
zones.push({ target: 'webview', from: all.filter((from) => !['src/base', 'src/core/types', 'src/protocol'].includes(from)) });

const restrictImports = (patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });
const vscode = { group: ['vscode'], message: 'Only src/extension imports vscode.' };
const runtime = { group: ['onnxruntime-*'], message: 'Only src/engine/ortSession.ts imports onnxruntime-node.' };

export default tseslint.config(
  { ignores: ['dist/**', 'dist-test/**', '.vscode-test/**', 'node_modules/**', 'src/core/onnx/proto/onnx_pb.ts', 'test/support/editor/probe-extension/**'] },
  {
    files: ['src/**/*.ts', 'webview/**/*.ts', 'test/**/*.ts', 'bench/**/*.ts', 'models/recipe/**/*.ts', 'vitest*.ts'],
    extends: [...tseslint.configs.recommended],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { project: ['tsconfig.json', 'tsconfig.webview.json', 'test/e2e/tsconfig.json'], tsconfigRootDir: import.meta.dirname } },
    settings: { 'import-x/resolver': { typescript: { project: ['tsconfig.json', 'tsconfig.webview.json'], noWarnOnMultipleProjects: true } } },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: zones.filter(({ from }) => from.length).map(({ target, from }) => ({ target: `./${target}`, from: from.map((path) => `./${path}`) })) }],
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'import-x/no-default-export': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-globals': ['error', { name: 'document', message: 'Only webview/ uses the DOM.' }, { name: 'window', message: 'Only webview/ uses the DOM.' }],
      ...restrictImports([vscode, runtime]),
    },
  },
  { files: ['src/core/{tensors,onnx,model,sae,text,dataset,probe,calibrate,teach,report}/**/*.ts'], rules: { 'no-restricted-syntax': ['error', { selector: "CallExpression[callee.object.name='Math'][callee.property.name='random']", message: 'Seed it: the same inputs give the same numbers.' }] } },
  { files: ['src/extension/**/*.ts', 'test/e2e/**/*.ts'], rules: restrictImports([runtime]) },
  { files: ['src/engine/ortSession.ts'], rules: restrictImports([vscode]) },
  { files: ['webview/**/*.ts', 'test/webview/**/*.ts', 'test/e2e/**/*.ts'], rules: { 'no-restricted-globals': 'off' } },
  { files: ['vitest*.ts', 'test/**/*.ts'], rules: { 'import-x/no-default-export': 'off' } },
);
