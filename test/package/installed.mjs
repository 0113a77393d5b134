// The installed package at work: nothing of this folder is in the editor but the archive.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEditor } from '../../scripts/editor/editor.mjs';
import { root } from '../../scripts/steps.mjs';
import { engineProcesses, markedEnv, newMark } from '../e2e/processes.mjs';
import { open, patience, sample, status } from '../e2e/scenes/support.mjs';

/** Rows of the sample that are audited: enough for a ranking, few enough to be short. */
const rows = 12;

function workspace() {
  const folder = join(root, '.vscode-test', 'e2e', 'installed-workspace');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const lines = readFileSync(join(root, 'media/samples', sample), 'utf8').split('\n');
  writeFileSync(join(folder, sample), `${lines.slice(0, rows).join('\n')}\n`);
  return folder;
}

/** @param {string} vsix */
export async function playInstalled(vsix) {
  const mark = newMark();
  const editor = await startEditor({ vsix, workspace: workspace(), env: markedEnv(mark) });
  try {
    await open(editor, sample);
    await editor.runCommand('Persona Lens: Audit This File');
    assert.match(await status(editor, new RegExp(`${rows} rows`), 180_000 * patience), /^SmolLM2-135M[\w-]* · .*\b12 rows · ranked\b/);
    await editor.revealLine(1);
    await editor.runCommand('Persona Lens: Show the Lenses of the Rows in View');
    assert.match((await editor.codeLenses(/^#\d+ of 12 to review/))[0], /inspect$/);
    const [engine, ...others] = engineProcesses(mark);
    assert.deepEqual(others, []);
    const script = readFileSync(`/proc/${engine}/cmdline`, 'utf8').split('\0').find((word) => word.endsWith('engine.cjs'));
    assert.match(script, /\/extensions\/persona-lens\.persona-lens-[\d.]+(-linux-x64)?\/dist\/engine\.cjs$/, 'the engine of the installed extension');
    await editor.clickLens(/^#\d+ of 12 to review/);
    await (await editor.webviewFrame('Heatmap')).locator('persona-conversation [data-token]').first().waitFor();
    await editor.screenshot(join(root, '.vscode-test/shots/package/installed.png'));
    assert.deepEqual(editor.cspViolations(), []);
  } catch (error) {
    await editor.screenshot(join(root, '.vscode-test/shots/package/failed.png')).catch(() => undefined);
    throw error;
  } finally {
    await editor.close();
  }
  assert.deepEqual(engineProcesses(mark), [], 'the engine ends with the editor');
}
