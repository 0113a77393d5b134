// npm test: installs, builds, checks and runs every suite; ends with one line "N passed, N failed" over all of them.
// npm test -- NAME ...: only these suites.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, install, root } from './steps.mjs';

const only = process.argv.slice(2);
const results = join(root, '.vscode-test', 'results');
const bin = (name) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const node = process.execPath;

/** A suite is a command; it counts its tests in a JSON file, or is one test by itself: that it ends well. */
const suites = [
  { name: 'types', command: bin('tsc'), args: ['-p', '.'] },
  { name: 'types of the views', command: bin('tsc'), args: ['-p', 'tsconfig.webview.json'] },
  { name: 'lint', command: bin('eslint'), args: ['.'] },
  { name: 'data', command: node, args: ['scripts/check-data.mjs'] },
  { name: 'unit', ...vitest('vitest.config.ts', 'unit', ['test/unit']) },
  { name: 'engine', ...vitest('vitest.config.ts', 'engine', ['test/engine', 'test/golden']) },
  { name: 'cli', ...vitest('vitest.config.ts', 'cli', ['test/cli']) },
  { name: 'webview', ...vitest('vitest.webview.config.ts', 'webview', []) },
  { name: 'editor', command: node, args: ['test/e2e/run.mjs'], counts: join(results, 'editor.json') },
];

install();
build();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
if (!existsSync(resolve(root, '../shared'))) console.log('\n../shared is absent: the suites that read fixtures from it are skipped; nothing that the project needs is in there.');

let passed = 0;
let failed = 0;
for (const { name, command, args, counts } of suites) {
  if (only.length && !only.includes(name)) continue;
  console.log(`\n== ${name}`);
  const started = Date.now();
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' }, shell: process.platform === 'win32' });
  if (error) console.log(error.message);
  const counted = counts && existsSync(counts) ? JSON.parse(readFileSync(counts, 'utf8')) : null;
  const good = counted ? counted.numPassedTests : status === 0 ? 1 : 0;
  // A suite that failed without a failed test failed before or after its tests.
  const bad = Math.max(counted ? counted.numFailedTests : 0, status === 0 ? 0 : 1);
  passed += good;
  failed += bad;
  console.log(`${name}: ${good} passed, ${bad} failed, ${Math.round((Date.now() - started) / 1000)} s`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

function vitest(config, name, filters) {
  const counts = join(results, `${name}.json`);
  return { command: bin('vitest'), args: ['run', '--config', config, ...filters, '--reporter=dot', '--reporter=json', `--outputFile.json=${counts}`], counts };
}
