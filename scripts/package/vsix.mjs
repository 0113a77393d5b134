// What a package holds, and the package itself. Nothing here reaches the network.
import { PackageManager, createVSIX, listFiles } from '@vscode/vsce';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import yauzl from 'yauzl';

/** The files that a staged folder's package holds, by their paths in the extension. @param {string} stage */
export async function filesOf(stage) {
  // Without npm: what is needed of node_modules lies in dist.
  return (await listFiles({ cwd: stage, packageManager: PackageManager.None })).sort();
}

/**
 * Packs a staged folder for a platform.
 * @returns {Promise<{ path: string, bytes: number }>}
 */
export async function pack(stage, target, out) {
  const { name, version } = JSON.parse(readFileSync(join(stage, 'package.json'), 'utf8'));
  mkdirSync(out, { recursive: true });
  const path = join(out, `${name}-${target}-${version}.vsix`);
  // The files are pinned by a test, so what vsce warns of was decided there; its search for secrets would read the model.
  await createVSIX({ cwd: stage, packagePath: path, target, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false, allowPackageAllSecrets: true, allowPackageEnvFile: true });
  return { path, bytes: statSync(path).size };
}

/** The paths of an archive's entries. @param {string} path @returns {Promise<string[]>} */
export function entriesOf(path) {
  return new Promise((done, refuse) => {
    yauzl.open(path, { lazyEntries: true }, (error, zip) => {
      if (error) return refuse(error);
      const names = [];
      zip.on('entry', ({ fileName }) => {
        names.push(fileName);
        zip.readEntry();
      });
      zip.once('end', () => done(names.sort()));
      zip.once('error', refuse);
      zip.readEntry();
    });
  });
}
