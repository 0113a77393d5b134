// Installs VS Code's own server and web workbench from npm packages, with the Node runtime it was built for.
// Usage: node scripts/editor/install.mjs [folder]
import { createHash } from 'node:crypto';
import { cpSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { editorDir, editorPackage, nodePackage } from './paths.mjs';
import { installLocked, unpackPackage } from './npm.mjs';
import { installOnce } from './stage.mjs';

const runtimeDir = fileURLToPath(new URL('runtime', import.meta.url));
const NEEDS_MEGABYTES = 450;

/** Built-in extensions that stay out: 88 MB no test looks at, and source control, which needs a native module. */
const LEFT_OUT = new Set(['copilot', 'mermaid-markdown-features', 'git', 'github']);

/**
 * Puts the editor into `dest`: `dest/node` and `dest/vscode/out/server-main.js`. Does nothing where it is complete already.
 * @param {{ dest?: string, log?: (line: string) => void }} [options]
 * @returns {Promise<string>} the folder
 */
export async function installEditor({ dest = editorDir, log = console.log } = {}) {
  const started = Date.now();
  const installed = await installOnce({
    dest,
    fingerprint: fingerprint(),
    needsMegabytes: NEEDS_MEGABYTES,
    async fill(dir) {
      log(`editor: fetching VS Code (${editorPackage.name} ${editorPackage.version}) and Node ${nodePackage.version}`);
      await unpackPackage(editorPackage, dir, placeEditor);
      await unpackPackage(nodePackage, dir, (path) => (path === 'bin/node' ? 'node' : undefined));
      log('editor: installing its runtime modules');
      cpSync(runtimeDir, join(dir, 'vscode'), { recursive: true });
      await installLocked(join(dir, 'vscode'));
      await keepOnlyLinuxX64(join(dir, 'vscode/node_modules/@vscode/ripgrep-universal/bin'));
    },
  });
  if (installed) log(`editor: ready in ${Math.round((Date.now() - started) / 1000)} s`);
  return dest;
}

/** @param {string} path */
function placeEditor(path) {
  const [, inside] = /^lib\/vscode\/(.+)$/.exec(path) ?? [];
  if (inside === undefined || inside === 'npm-shrinkwrap.json') return undefined;
  const [, extension] = /^extensions\/([^/]+)\//.exec(inside) ?? [];
  return LEFT_OUT.has(extension ?? '') ? undefined : `vscode/${inside}`;
}

/** ripgrep comes for nine platforms in one package. @param {string} bin */
async function keepOnlyLinuxX64(bin) {
  for (const platform of readdirSync(bin)) {
    if (platform !== 'linux-x64') await rm(join(bin, platform), { recursive: true });
  }
}

/** Changes when the pinned packages, the list of extensions or the runtime folder change. */
function fingerprint() {
  const hash = createHash('sha256').update(JSON.stringify([editorPackage, nodePackage, [...LEFT_OUT]]));
  for (const file of readdirSync(runtimeDir, { recursive: true }).map(String).sort()) {
    const path = join(runtimeDir, file);
    if (statSync(path).isFile()) hash.update(file).update(readFileSync(path));
  }
  return hash.digest('hex');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await installEditor({ dest: process.argv[2] }).catch((error) => {
    console.error(`editor: ${error.message}`);
    process.exitCode = 1;
  });
}
