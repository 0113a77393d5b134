// Lays out what a package is made of, so that packaging depends on no folder's state but this one.
import { build } from 'esbuild';
import { copyFileSync, linkSync, mkdirSync, readFileSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bundles } from '../bundles.mjs';
import { root } from '../steps.mjs';
import { noticesOf } from './notices.mjs';

const folders = ['models', 'media', 'l10n', 'docs'];
const files = ['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'LICENSE', 'NOTICE', '.vscodeignore'];
/** Beside the bundles, where their `require` looks first; `vsce` leaves a `node_modules` at the top out unless npm vouches for it. */
const runtime = ['onnxruntime-node', 'onnxruntime-common'];

/**
 * Fills a folder with everything but the platforms' libraries.
 * @param {string} stage emptied first
 */
export async function layOut(stage) {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  const results = await Promise.all(bundles({ outdir: join(stage, 'dist'), production: true }).map((options) => build({ ...options, metafile: true, absWorkingDir: root })));
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  const shipped = runtime.map((name) => join(root, 'node_modules', name));
  writeFileSync(join(stage, 'dist/third-party-notices.txt'), noticesOf(inputs.map((file) => join(root, file)), shipped));
  for (const folder of folders) place(join(root, folder), join(stage, folder));
  for (const file of files) place(join(root, file), join(stage, file));
  for (const name of runtime) place(join(root, 'node_modules', name), join(stage, 'dist/node_modules', name), (path) => !path.endsWith('/bin'));
  writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
}

/** Puts one platform's libraries in, and takes out another's. @param {string} stage @param {string} target */
export function placeLibraries(stage, target) {
  const [platform, arch] = target.split('-');
  const bin = 'node_modules/onnxruntime-node/bin';
  rmSync(join(stage, 'dist', bin), { recursive: true, force: true });
  const inside = join(bin, 'napi-v6', platform, arch);
  // The macOS library comes twice, under its own name and that of its version; the first is the one that is loaded.
  place(join(root, inside), join(stage, 'dist', inside), (path) => !/libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(path));
}

/** Of an installed extension: without what only a clone needs. */
function manifest() {
  const { devDependencies: _dev, dependencies: _bundled, scripts: _scripts, overrides: _overrides, ...rest } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return rest;
}

/** Links a file or folder, or copies it where the disk is another one. Symbolic links are followed. */
function place(from, to, wanted = (_path) => true) {
  const real = realpathSync(from);
  if (statSync(real).isDirectory()) {
    mkdirSync(to, { recursive: true });
    for (const name of readdirSync(real)) if (wanted(`${from}/${name}`)) place(join(real, name), join(to, name), wanted);
    return;
  }
  mkdirSync(resolve(to, '..'), { recursive: true });
  try {
    linkSync(real, to);
  } catch {
    copyFileSync(real, to);
  }
}
