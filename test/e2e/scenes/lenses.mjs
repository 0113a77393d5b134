import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../scripts/editor/editor.mjs';
import { plain } from '../../../scripts/editor/gestures.mjs';
import { clearNotifications, open, patience, status } from './support.mjs';
import { drawn, moved, watchText } from './stillness.mjs';

const file = 'still.jsonl';
const marksFile = 'still.persona-lens.jsonl';
const ROWS = 48;
const START = 24;
const lenses = (editor) => editor.page.locator('.editor-group-container.active .codelens-decoration:visible');
const titles = async (editor) => (await lenses(editor).allInnerTexts()).map(plain);

/** Plays a part of the scene; fails if a line that was in view moved while it went on. */
async function still(editor, what, play) {
  await watchText(editor.page);
  await play();
  await drawn(editor.page);
  const { frames, lines, moves } = await moved(editor.page);
  assert.ok(frames > 10 && lines > 10, `${what}: ${frames} frames of at least ${lines} lines were looked at`);
  assert.deepEqual(moves, [], what);
}

/** Walks through the rows in view and marks five good and five bad ones as the key says. */
async function markInView(editor, workspace, key) {
  const { keyboard } = editor.page;
  const lines = await rowsInView(editor);
  const chosen = ['good', 'bad'].flatMap((label) => lines.filter((line) => key[line - 1] === label).slice(0, 5)).sort((a, b) => a - b);
  assert.equal(chosen.length, 10, `rows ${lines[0]} to ${lines.at(-1)} hold enough of both`);
  const marks = () => (existsSync(join(workspace, marksFile)) ? readFileSync(join(workspace, marksFile), 'utf8').trim().split('\n') : []);
  let at = START;
  for (const [i, line] of chosen.entries()) {
    for (; at !== line; at += Math.sign(line - at)) await keyboard.press(at < line ? 'ArrowDown' : 'ArrowUp');
    await keyboard.press('Control+K');
    await keyboard.press(key[line - 1] === 'good' ? 'g' : 'b');
    await until(marks, (written) => written.length === i + 1, { what: `a mark on row ${line}` });
  }
  assert.equal(new Set(marks().map((mark) => JSON.parse(mark).hash)).size, chosen.length);
}

/** Rows in view, but for those at the edges, where the cursor scrolls: it keeps the height of five sticky lines clear at the top. */
async function rowsInView(editor) {
  const numbers = await editor.page.locator('.editor-group-container.active .line-numbers').allInnerTexts();
  const inView = numbers.map(Number).sort((a, b) => a - b);
  return inView.slice(7, -3);
}

/** The text stands still while scores, push, marks and teaching arrive and an edit is scored again; lenses come where nobody reads, and when asked for. */
export const stillLenses = {
  name: 'lenses keep still',
  options: { viewport: { width: 1400, height: 820 }, settings: { 'personaLens.lens.top': 24 } },
  prepare(workspace) {
    const read = (name) => readFileSync(join(workspace, name), 'utf8').split('\n').slice(0, ROWS).join('\n') + '\n';
    writeFileSync(join(workspace, file), read('car-maintenance.jsonl'));
    writeFileSync(join(workspace, '.vscode', 'settings.json'), '{ "personaLens.push": true }\n');
  },
  async play({ editor, workspace, shot }) {
    const { page } = editor;
    const key = readFileSync(join(workspace, 'car-maintenance.key.jsonl'), 'utf8').split('\n').slice(0, ROWS).map((line) => JSON.parse(line).label);
    await open(editor, file);
    await editor.revealLine(START);
    await still(editor, 'an audit with push', async () => {
      await editor.runCommand('Persona Lens: Audit This File');
      await status(editor, new RegExp(`· ${ROWS} rows · ranked$`), 300_000);
      await clearNotifications(editor);
    });
    assert.deepEqual(await titles(editor), [], 'no lens came where the text is read');

    await editor.revealLine(1);
    await editor.codeLenses(/reads [\d.]+/);
    await drawn(page);
    await editor.revealLine(START);
    await editor.codeLenses(/pushes [\d.]+/);
    const scrolled = (await titles(editor)).length;
    await shot('lenses-after-scrolling');
    await open(editor, 'notes.txt');
    await open(editor, file);
    await until(() => titles(editor), (all) => all.length > scrolled, { what: 'all lenses, where the file is shown anew' });
    await shot('lenses-shown-anew');

    await still(editor, 'marks and teaching', async () => {
      await markInView(editor, workspace, key);
      await until(() => titles(editor), (all) => all.some((title) => /yours \d/.test(title)), { what: 'a taught lens', timeoutMs: 60_000 * patience });
    });

    await still(editor, 'an edit that is scored again', async () => {
      await page.keyboard.press('Home');
      for (let i = 0; i < '{"messages": [{"role": "user", "content": "'.length; i++) await page.keyboard.press('ArrowRight');
      await page.keyboard.insertText('Well, ');
      const isEdited = (title) => title.startsWith('edited since it was scored');
      await until(() => titles(editor), (all) => all.some(isEdited), { what: 'the lens of the edited row' });
      await until(() => titles(editor), (all) => !all.some(isEdited), { what: 'its new score', timeoutMs: 60_000 * patience });
    });

    const before = (await titles(editor)).length;
    await editor.runCommand('Persona Lens: Show the Lenses of the Rows in View');
    await until(() => titles(editor), (all) => all.length !== before, { what: 'the lenses that waited' });
  },
};
