// npm run test:survival: what the product survives, case by case, as a table. --short: only the quick cases, as in npm test.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build, install, root } from './steps.mjs';

const short = process.argv.includes('--short');
const results = join(root, '.vscode-test', 'results', 'survival-table.json');
const bin = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'vitest.cmd' : 'vitest');

if (!short) {
  install();
  build();
}
mkdirSync(join(results, '..'), { recursive: true });
rmSync(results, { force: true });
const { status } = spawnSync(bin, ['run', '--config', 'vitest.survival.config.ts', '--reporter=default', '--reporter=json', `--outputFile.json=${results}`], {
  cwd: root,
  stdio: 'inherit',
  env: { ...process.env, ORT_DISABLE_TELEMETRY: '1', ...(short ? { SURVIVAL: 'short' } : {}) },
  shell: process.platform === 'win32',
});
if (!existsSync(results)) process.exit(status || 1);

const tests = JSON.parse(readFileSync(results, 'utf8')).testResults.flatMap(({ assertionResults }) => assertionResults);
const ran = tests.filter(({ status: outcome }) => outcome === 'passed' || outcome === 'failed');
const survived = ran.filter(({ status: outcome }) => outcome === 'passed');
const skipped = tests.length - ran.length;

const oneLine = (text) => text.replaceAll(/\s+/g, ' ').trim();
console.log('\ncase | what was shown | rows lost\n--- | --- | ---');
for (const { title, status: outcome, meta, failureMessages } of ran) {
  const { shown, lost } = meta.survival ?? { shown: outcome === 'failed' ? oneLine(failureMessages[0] ?? '').slice(0, 200) : '', lost: '?' };
  console.log(`${outcome === 'passed' ? '' : 'FAILED '}${title} | ${oneLine(shown)} | ${lost}`);
}
console.log(`\n${ran.length} cases, ${survived.length} survived${skipped ? ` (${skipped} left out here)` : ''}`);
process.exit(status === 0 && survived.length === ran.length ? 0 : 1);
