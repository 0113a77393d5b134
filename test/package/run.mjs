// The packages: what each platform's holds, and the one of this platform installed into a real VS Code and used there.
// UPDATE_FILES=1 rewrites the list. node test/package/run.mjs [list]: the list only.
import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serverEditorSupported } from '../../scripts/editor/editor.mjs';
import { makeTempDir } from '../../scripts/editor/paths.mjs';
import { layOut, placeLibraries } from '../../scripts/package/stage.mjs';
import { targets } from '../../scripts/package/targets.mjs';
import { entriesOf, filesOf, pack } from '../../scripts/package/vsix.mjs';
import { playInstalled } from './installed.mjs';

const [only] = process.argv.slice(2);
const here = `${process.platform}-${process.arch}`;
const listFile = join(import.meta.dirname, 'files.txt');
const stage = makeTempDir();
/** What the archive adds, and how it names files that the gallery shows. */
const ofTheArchive = ['[Content_Types].xml', 'extension.vsixmanifest'];
const shown = { 'README.md': 'readme.md', 'CHANGELOG.md': 'changelog.md', LICENSE: 'LICENSE.txt' };

let failures = 0;
async function step(name, work) {
  const started = Date.now();
  try {
    const about = await work();
    console.log(`ok ${name}${about ? `: ${about}` : ''} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED ${name}: ${error.stack}`);
  }
}

try {
  await layOut(stage);
  await step('a package holds the files of test/package/files.txt', async () => {
    const found = pinned(await listed());
    if (process.env.UPDATE_FILES) writeFileSync(listFile, found);
    assert.equal(found, readFileSync(listFile, 'utf8'), 'the packages hold other files: UPDATE_FILES=1 node test/package/run.mjs list, and look at the difference');
    return `${targets.length} platforms`;
  });
  if (only !== 'list' && targets.includes(here)) {
    placeLibraries(stage, here);
    const { path, bytes } = await pack(stage, here, stage);
    await step(`the package for ${here} holds just that`, async () => {
      const expected = (await filesOf(stage)).map((file) => `extension/${shown[file] ?? file}`);
      assert.deepEqual(await entriesOf(path), [...expected, ...ofTheArchive].sort());
      return `${expected.length} files, ${(bytes / 1e6).toFixed(1)} MB`;
    });
    if (serverEditorSupported) await step('installed into the editor it audits the sample', () => playInstalled(path));
  }
} finally {
  rmSync(stage, { recursive: true, force: true });
}
process.exitCode = failures > 0 ? 1 : 0;

/** Files by the platforms whose package holds them. @returns {Promise<Map<string, string[]>>} */
async function listed() {
  const holders = new Map();
  for (const target of targets) {
    placeLibraries(stage, target);
    for (const file of await filesOf(stage)) holders.set(file, [...(holders.get(file) ?? []), target]);
  }
  return holders;
}

/** A line a file; behind it the platforms, unless it is in every package. */
function pinned(holders) {
  return [...holders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([file, of]) => `${file}${of.length === targets.length ? '' : ` (${of.join(', ')})`}\n`).join('');
}
