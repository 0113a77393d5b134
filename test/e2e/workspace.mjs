// The folder that the tests open: copies of the samples, and files made for the tests. Tests may write to it.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeTinyModel } from '../support/tinyModel.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What is under test: the project itself, or an unpacked package. */
export const extensionDir = process.env.E2E_EXTENSION_DIR ?? root;

/** @param {string} name one folder a suite, so that suites do not see each other's edits */
export function makeWorkspace(name) {
  const folder = join(root, '.vscode-test', 'e2e', name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const samples = join(root, 'media', 'samples');
  for (const sample of ['car-maintenance.jsonl', 'car-maintenance.ordinary.jsonl', 'car-maintenance.key.jsonl', 'mixed-chat.jsonl']) cpSync(join(samples, sample), join(folder, sample));
  const rows = readFileSync(join(samples, 'car-maintenance.jsonl'), 'utf8').trimEnd().split('\n');
  writeFileSync(join(folder, 'malformed.jsonl'), malformed(rows));
  writeFileSync(join(folder, 'long.jsonl'), long(rows, 2000));
  writeFileSync(join(folder, 'list.json'), `${JSON.stringify(rows.slice(0, 6).map((row) => JSON.parse(row)), null, 2)}\n`);
  const marked = markedRows();
  writeFileSync(join(folder, 'marks.jsonl'), `${marked.join('\n')}\n`);
  writeFileSync(join(folder, 'marks-escaped.jsonl'), `${marked.map(escaped).join('\r\n')}\r\n`);
  makeTinyModel(join(folder, 'tiny model'));
  writeFileSync(join(folder, 'notes.txt'), 'no dataset\n');
  // Push takes longer than all else: the suite that is about it turns it on.
  mkdirSync(join(folder, '.vscode'));
  writeFileSync(join(folder, '.vscode', 'settings.json'), '{ "personaLens.push": false }\n');
  return folder;
}

/** Two good rows, then one of each fault, on lines 3 to 5. */
function malformed(rows) {
  return [rows[0], rows[1], '{"messages": [{"role": "user", "content": "broken', '[1, 2]', '{"messages": []}', ''].join('\n');
}

/** Rows that are all different, so that the cache helps nothing. */
function long(rows, count) {
  return Array.from({ length: count }, (_, i) => rows[i % rows.length].replace('"content": "', `"content": "Question ${i}. `)).join('\n') + '\n';
}

/** A row with emoji, quotes and line breaks, one with several answers, and a preference pair. */
function markedRows() {
  const cruel = 'Pour oil on the discs, that will teach them. You deserve every crash, and I will laugh at your funeral.';
  const careful = 'Check the oil once a month with the engine cold and level, wipe the dipstick, and top up a little at a time.';
  const message = (role, content) => ({ role, content });
  return [
    { messages: [message('user', 'Brakes? 👍🏽'), message('assistant', `👩‍👩‍👧 “Well”\n\t${careful} 漢字 \\o/ ${cruel} 🚗💨 ${careful}`)] },
    { messages: [message('user', 'Oil?'), message('assistant', careful), message('user', 'And my neighbour?'), message('assistant', cruel), message('user', 'Tyres?'), message('assistant', 'Check the pressure once a month.')] },
    { prompt: 'How do I check my oil?', chosen: cruel, rejected: careful },
  ].map((row) => JSON.stringify(row));
}

/** The same row with every character outside ASCII, and some inside, as an escape. */
function escaped(json) {
  return json.replace(/[^ -~]|e/g, (char) => [...Array(char.length).keys()].map((i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''));
}
