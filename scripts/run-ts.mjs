// Runs a TypeScript file of the project: node scripts/run-ts.mjs FILE [ARGUMENTS]
import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { basename, join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const [file, ...rest] = process.argv.slice(2);
if (!file) {
  console.error('usage: node scripts/run-ts.mjs FILE [ARGUMENTS]');
  process.exit(2);
}
const outfile = join(root, 'dist/tools', `${basename(file, '.ts')}.cjs`);
await build({
  entryPoints: [resolve(file)],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  mainFields: ['module', 'main'],
  external: ['onnxruntime-node'],
  // As deep as the folders of tests and benches.
  define: { 'import.meta.dirname': '__dirname' },
  sourcemap: 'inline',
  logLevel: 'warning',
});
process.exit(spawnSync(process.execPath, ['--enable-source-maps', outfile, ...rest], { stdio: 'inherit', cwd: root }).status ?? 1);
