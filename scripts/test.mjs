// npm test: installs, builds, checks and runs every suite; ends with one line "N passed, N failed" over all of them.
// npm test -- NAME ...: only these suites.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build, install, root } from './steps.mjs';

const only = process.argv.slice(2);
const results = join(root, '.vscode-test', 'results');
const bin = (name) => join(root, 'node_modules', '.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const node = process.execPath;

/**
 * A suite is a command. Its tests are counted in a JSON file that it writes (`counts`), by what it prints (`passed` and
 * `failed`, patterns), or it is one test by itself: that it ends well.
 */
const suites = [
  { name: 'types', command: bin('tsc'), args: ['-p', '.'] },
  { name: 'types of the views', command: bin('tsc'), args: ['-p', 'tsconfig.webview.json'] },
  { name: 'lint', command: bin('eslint'), args: ['.'] },
  { name: 'data', command: node, args: ['scripts/check-data.mjs'] },
  { name: 'unit', ...vitest('vitest.config.ts', 'unit', ['test/unit']) },
  { name: 'engine', ...vitest('vitest.config.ts', 'engine', ['test/engine', 'test/golden']) },
  { name: 'cli', ...vitest('vitest.config.ts', 'cli', ['test/cli']) },
  { name: 'survival', command: node, args: ['scripts/survival.mjs', '--short'], passed: /cases, (\d+) survived/, failed: /^FAILED /gm },
  { name: 'webview', ...vitest('vitest.webview.config.ts', 'webview', []) },
  { name: 'editor host', command: node, args: ['test/e2e/host.mjs'], passed: /(\d+) passing/, failed: /(\d+) failing/ },
  { name: 'editor', command: node, args: ['test/e2e/browser.mjs'], passed: /^ok /gm, failed: /^FAILED /gm },
  { name: 'package', command: node, args: ['test/package/run.mjs'], passed: /^ok /gm, failed: /^FAILED /gm },
];

install();
build();
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
if (!existsSync(resolve(root, '../shared'))) console.log('\n../shared is absent: the suites that read fixtures from it are skipped; nothing that the project needs is in there.');

let passed = 0;
let failed = 0;
for (const suite of suites) {
  if (only.length && !only.includes(suite.name)) continue;
  console.log(`\n== ${suite.name}`);
  const started = Date.now();
  const { good, bad } = count(suite, await runSuite(suite));
  passed += good;
  failed += bad;
  console.log(`${suite.name}: ${good} passed, ${bad} failed, ${Math.round((Date.now() - started) / 1000)} s`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);

/** Runs a suite with its output shown and kept. */
function runSuite({ command, args }) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' }, shell: process.platform === 'win32' });
    let output = '';
    child.stdout.on('data', (chunk) => {
      process.stdout.write(chunk);
      output += chunk;
    });
    child.once('error', (error) => done({ status: 1, output: error.message }));
    child.once('close', (status) => done({ status, output }));
  });
}

/** A suite that ended badly without a failed test failed before or after its tests: that counts as one. */
function count({ counts, passed: passedPattern, failed: failedPattern }, { status, output }) {
  const atLeast = status === 0 ? 0 : 1;
  if (counts) {
    const json = existsSync(counts) ? JSON.parse(readFileSync(counts, 'utf8')) : { numPassedTests: 0, numFailedTests: 1 };
    return { good: json.numPassedTests, bad: Math.max(json.numFailedTests, atLeast) };
  }
  if (!passedPattern) return { good: status === 0 ? 1 : 0, bad: atLeast };
  return { good: occurrences(output, passedPattern), bad: Math.max(occurrences(output, failedPattern), atLeast) };
}

/** What a pattern counts: its own number, or how often it is there. */
function occurrences(output, pattern) {
  if (pattern.global) return [...output.matchAll(pattern)].length;
  return Number(pattern.exec(output)?.[1] ?? 0);
}

function vitest(config, name, filters) {
  const counts = join(results, `${name}.json`);
  return { command: bin('vitest'), args: ['run', '--config', config, ...filters, '--reporter=default', '--reporter=json', `--outputFile.json=${counts}`], counts };
}
