// What the demo and the tests share: run a step, say how it went, prepare the project.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '..');
const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';

/** Runs a command with its output shown; ends this process when it fails. */
export function run(title, command, args, { quiet = false, env = {} } = {}) {
  process.stderr.write(`\n> ${title}\n`);
  const result = spawnSync(command, args, { cwd: root, stdio: quiet ? ['ignore', 'ignore', 'inherit'] : 'inherit', env: { ...process.env, ...env }, shell: process.platform === 'win32' });
  if (result.status !== 0) {
    process.stderr.write(`\n${title} failed${result.error ? `: ${result.error.message}` : ` with exit code ${result.status}`}.\n`);
    process.exit(result.status || 1);
  }
}

/** Installs the packages of package-lock.json, unless that has been done. */
export function install() {
  const [major] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    process.stderr.write(`Node 20 or newer is needed, and this is ${process.version}.\n`);
    process.exit(1);
  }
  const lock = createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).digest('hex');
  const mark = join(root, 'node_modules', '.installed');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === lock) return;
  run('Installing packages', npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  writeFileSync(mark, lock);
}

export function build() {
  run('Building', process.execPath, ['esbuild.js']);
}
