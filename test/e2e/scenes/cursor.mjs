import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from '../../../scripts/editor/editor.mjs';
import { outlined, shows, tokensOf } from './heatmapView.mjs';
import { columnAt, placesOf } from './jsonPlaces.mjs';
import { clearNotifications, open, patience, status } from './support.mjs';

const message = (role, content) => ({ role, content });
const row = (prompt, answer) => `{"messages": [${[message('user', prompt), message('assistant', answer)].map(({ role, content }) => `{"role": "${role}", "content": ${JSON.stringify(content)}}`).join(', ')}]}`;
/** Everything outside ASCII as escapes, emoji as two of them. */
const escaped = (json) => json.replace(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

const plain = [row('Oil? 👍🏽', 'Café 🚗💨 says “wipe” \\o/ it.\nTwice 漢字.'), row('Ω?', 'Né 👩‍👧 then\tgo "home".')];
const lines = [...plain, ...plain.map(escaped)];
/** Each file with the rows that are walked through: after another line end only those that one stands before. */
const files = [
  { name: 'places.jsonl', text: lines.join('\n'), walked: [1, 2, 3, 4] },
  { name: 'places-crlf.jsonl', text: lines.join('\r\n'), walked: [2, 4] },
];

/** Line, column and selected characters, as the status bar shows them. */
async function cursorOf(editor) {
  const text = (await editor.statusBarText()).find((item) => /^Ln \d+/.test(item)) ?? '';
  const [, line, column, , selected] = /^Ln (\d+), Col (\d+)( \((\d+) selected\))?$/.exec(text) ?? [];
  return { line: Number(line), column: Number(column), selected: Number(selected ?? 0) };
}

/** The same where the view has the focus: the status bar tells the cursor of an editor that has it. */
async function cursorInFront(editor) {
  const found = await cursorOf(editor);
  if (Number.isNaN(found.line)) await editor.page.keyboard.press('Control+1');
  return found;
}

/** Each token of the row with the offsets of its line that it must stand for. A token that shows nothing is a further part of the character before it. */
async function placed(frame, line) {
  const { messages } = JSON.parse(line);
  const turns = await tokensOf(frame);
  assert.equal(turns.length, messages.length);
  return turns.flatMap((tokens, i) => {
    const { content } = messages[i];
    assert.equal(tokens.map(({ text }) => text).join(''), content);
    const places = placesOf(line, content, 'content');
    let at = 0;
    return tokens.map(({ token, text }) => {
      const start = text === '' ? at - [...content.slice(0, at)].at(-1).length : at;
      at += text.length;
      return { token, text, start: places[start], end: places[at], isPart: text === '' };
    });
  });
}

/** A click on each token selects its characters in the file, and outlines it. */
async function clickEach(editor, frame, number, line, tokens) {
  for (const { token, text, start, end, isPart } of tokens) {
    await frame.locator(`persona-conversation [data-token="${token}"]`).click();
    const wanted = { line: number, column: columnAt(line, start), selected: [...line.slice(start, end)].length };
    const same = (now) => now.line === wanted.line && now.column === wanted.column && now.selected === wanted.selected;
    await until(() => cursorInFront(editor), same, { what: `the selection of token ${token} "${text}" at ${JSON.stringify(wanted)}`, timeoutMs: 10_000 * patience });
    if (!isPart) await until(() => outlined(frame), (now) => now === token, { what: `the outline of token ${token} "${text}"`, timeoutMs: 10_000 * patience });
  }
}

/** The cursor walks through the row, step by step, and at each step its token is outlined. */
async function walkThrough(editor, frame, number, line, tokens) {
  const { keyboard } = editor.page;
  await editor.revealLine(number);
  await keyboard.press('Home');
  const first = tokens[0].start;
  const last = tokens.at(-1).end;
  for (let steps = 0; steps < first; steps++) await keyboard.press('ArrowRight');
  // The status bar tells the cursor late: a step is taken once it tells the one before.
  await until(() => cursorOf(editor), (now) => now.line === number && now.column === columnAt(line, first), { what: `the first token of row ${number}` });
  const seen = new Set();
  for (let { column } = await cursorOf(editor); column <= columnAt(line, last); ) {
    // The first of the parts of a character is meant; right behind a turn's end still its last token.
    const here = (offset) => column === columnAt(line, offset);
    const inside = tokens.find(({ start, end }) => column >= columnAt(line, start) && column < columnAt(line, end)) ?? tokens.filter(({ end }) => here(end)).at(-1);
    if (inside) {
      await until(() => outlined(frame), (now) => now === inside.token, { what: `the outline of token ${inside.token} "${inside.text}" at column ${column}`, timeoutMs: 10_000 * patience });
      seen.add(inside.token);
    }
    await keyboard.press('ArrowRight');
    const from = column;
    const moved = await until(() => cursorOf(editor), (now) => now.line !== number || now.column !== from, { what: `a step from column ${from}` });
    if (moved.line !== number) break;
    column = moved.column;
  }
  const whole = tokens.filter(({ isPart }) => !isPart).length;
  assert.ok(seen.size >= whole - 3, `${seen.size} of ${whole} tokens were walked through`);
}

/** Cursor and heatmap mean the same characters, whatever stands in the row and however it is written. */
export const cursor = {
  name: 'cursor and heatmap',
  options: { viewport: { width: 1600, height: 900 } },
  prepare: (workspace) => files.forEach(({ name, text }) => writeFileSync(join(workspace, name), text)),
  async play({ editor, shot }) {
    for (const { name, walked } of files) {
      await open(editor, name);
      await editor.runCommand('Persona Lens: Open Heatmap');
      const frame = await editor.webviewFrame('Heatmap');
      for (const number of walked) {
        const line = lines[number - 1];
        await editor.revealLine(number);
        await shows(frame, new RegExp(`Row ${number} ·`));
        const tokens = await placed(frame, line);
        await clickEach(editor, frame, number, line, tokens);
        await walkThrough(editor, frame, number, line, tokens);
      }
      await shot(`cursor-${name.replace('.jsonl', '')}`);
      await editor.runCommand('View: Focus First Editor Group');
      await editor.runCommand('Persona Lens: Audit This File');
      await status(editor, /· 4 rows · ranked$/, 120_000);
      await clearNotifications(editor);
      await editor.revealLine(4);
      await shows(frame, /Row 4 · .*to review/);
      await clickEach(editor, frame, 4, lines[3], await placed(frame, lines[3]));
    }
  },
};
