import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../scripts/editor/editor.mjs';
import { plain } from '../../../scripts/editor/gestures.mjs';
import { shows } from './heatmapView.mjs';
import { clearNotifications, notification, open, sample, status } from './support.mjs';

/** What the palette offers on a file that was not audited. */
const offered = ['Audit This File', 'Check This Model', 'Choose a File of Trusted Rows', 'Choose a Model', 'Choose a Persona Card', 'Clear Cache', 'Copy Diagnostics', 'Inspect Row', 'Make a Default Card for the Chosen Model', 'Open Heatmap', 'Show Actions', 'Show Cache', 'Show Log', 'Trace a Text to a File'];

const files = {
  'nothing.jsonl': '',
  'other-shape.jsonl': ['{"q": "How do I check my oil?", "a": "With the engine cold."}', '{"q": "And the tyres?", "a": "Once a month."}', ''].join('\n'),
};

const palette = (editor) => editor.page.locator('.quick-input-list .monaco-list-row .label-name').allInnerTexts();

async function commandsOf(editor) {
  await editor.page.keyboard.press('F1');
  await editor.page.locator('.quick-input-widget input.input').fill('>Persona Lens: ');
  const found = await until(async () => (await palette(editor)).map(plain).filter((title) => title.startsWith('Persona Lens: ')), (titles) => titles.length > 3, { what: 'our commands in the palette' });
  await editor.page.keyboard.press('Escape');
  return found.map((title) => title.replace('Persona Lens: ', '')).sort();
}

/** A picker of the editor with that title; closes it. */
async function picker(editor, title) {
  await editor.page.locator('.quick-input-title', { hasText: title }).waitFor();
  await editor.page.keyboard.press('Escape');
  await editor.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

async function says(editor, matching) {
  const text = await notification(editor, matching);
  await clearNotifications(editor);
  return text;
}

/** Files as they are met first: what every command says before there is a score, and what is said of files without rows. */
export const opening = {
  name: 'opening',
  prepare: (workspace) => Object.entries(files).forEach(([name, text]) => writeFileSync(join(workspace, name), text)),
  async play({ editor, engines, shot }) {
    const run = (title) => editor.runCommand(`Persona Lens: ${title}`);
    await run('Show Actions');
    await picker(editor, 'Persona Lens');
    await run('Show Log');
    const channels = () => editor.page.locator('.part.panel select').evaluateAll((all) => all.map(({ selectedOptions }) => selectedOptions[0]?.text));
    await until(channels, (shown) => shown.includes('Persona Lens'), { what: 'our log in the panel' });
    await editor.runCommand('View: Hide Panel');

    await open(editor, sample);
    assert.deepEqual(await commandsOf(editor), offered);
    await status(editor, /^Persona Lens$/);
    for (const [title, heading] of [['Show Actions', 'Persona Lens'], ['Choose a File of Trusted Rows', 'Choose a file of rows that you trust'], ['Choose a Persona Card', 'Choose a persona card']]) {
      await run(title);
      await picker(editor, heading);
    }
    await run('Copy Diagnostics');
    await says(editor, /^Diagnostics were copied\./);
    assert.deepEqual(engines(), [], 'nothing so far needs the engine');
    await run('Show Cache');
    await says(editor, /^The cache holds vectors of [\d,]+ rows? in /);
    await run('Clear Cache');
    await editor.page.locator('.monaco-dialog-box', { hasText: 'Clear the cache of scored rows?' }).waitFor();
    await shot('clear-cache');
    await editor.page.keyboard.press('Escape');

    await open(editor, 'nothing.jsonl');
    await run('Audit This File');
    await says(editor, /nothing\.jsonl is empty: there are no rows to read\./);
    await status(editor, /^Persona Lens · failed$/);
    await run('Open Heatmap');
    const frame = await editor.webviewFrame('Heatmap');
    await shows(frame, /No row chosen No row (stands|is known) here/);
    await editor.runCommand('View: Focus First Editor Group');

    await open(editor, 'other-shape.jsonl');
    await run('Audit This File');
    await says(editor, /other-shape\.jsonl.*personaLens\.mapping/);
    await shows(await editor.webviewFrame('Heatmap'), /This row could not be read .*personaLens\.mapping/);

    await open(editor, sample);
    await run('Audit This File');
    await wrapOffer(editor, 1);
    await run('Audit This File');
    await wrapOffer(editor, 0);
  },
};

/** Whether the message at an audit's end offers word wrap. */
async function wrapOffer(editor, times) {
  await notification(editor, /ranked: review from the top/);
  assert.equal(await editor.page.locator('.notification-list-item', { hasText: 'review from the top' }).first().getByText('Wrap Lines').count(), times);
  await clearNotifications(editor);
}
