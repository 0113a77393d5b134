// Writes models/reference/ordinary.jsonl: the ordinary rows that give percentiles their meaning.
// Own rows (models/recipe/data/ordinary.jsonl) and rows of permissively licensed files, in one shape, each with its source.
// usage: node models/recipe/make_ordinary.mjs FOLDER   (FOLDER holds alpaca_en_demo.json, v1_sft_demo.jsonl, glaive_toolcall_en_demo.json, dpo_en_demo.json)
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error('usage: node models/recipe/make_ordinary.mjs FOLDER');
  process.exit(2);
}
const recipe = import.meta.dirname;
const maxCharacters = 2400;

const lines = (text) => text.split('\n').filter((line) => line.trim()).map((line) => JSON.parse(line));
const own = lines(readFileSync(join(recipe, 'data/ordinary.jsonl'), 'utf8'));
const read = (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  return name.endsWith('.jsonl') ? lines(text) : JSON.parse(text);
};
const seen = new Set();
/** Whether no row with this text was met before. */
const isNew = (row) => {
  const key = JSON.stringify(row.messages?.map(({ content }) => content) ?? row);
  return !seen.has(key) && seen.add(key);
};
/** Every n-th row that is short enough and complete, spread over the file. */
const spread = (rows, count, limit = maxCharacters) => {
  const usable = rows.filter((row) => row && JSON.stringify(row).length <= limit && isNew(row));
  const step = Math.max(1, usable.length / count);
  return Array.from({ length: Math.min(count, usable.length) }, (_, i) => usable[Math.floor(i * step)]);
};
const roles = { human: 'user', user: 'user', gpt: 'assistant', assistant: 'assistant', system: 'system', function_call: 'assistant', observation: 'tool' };
const message = ({ from, value, role, content }) => ({ role: roles[from ?? role] ?? from ?? role, content: value ?? content });

const alpaca = read('alpaca_en_demo.json').map(({ instruction, input, output }) =>
  instruction && output ? { messages: [{ role: 'user', content: input ? `${instruction}\n${input}` : instruction }, { role: 'assistant', content: output }] } : null,
);
const sft = read('v1_sft_demo.jsonl').map((row) => {
  const turns = (row.messages ?? row.conversations ?? []).map((turn) =>
    message({ ...turn, content: Array.isArray(turn.content) ? turn.content.map((part) => part.text ?? part.value ?? '').join('') : turn.content }),
  );
  return turns.length && turns.every(({ role, content }) => role && typeof content === 'string' && content) ? { messages: turns } : null;
});
const glaive = read('glaive_toolcall_en_demo.json').map(({ conversations }) => ({ messages: conversations.map(message) }));
const preference = read('dpo_en_demo.json').map(({ conversations, chosen, rejected }) => ({
  chosen: [...conversations, chosen].map(message),
  rejected: [...conversations, rejected].map(message),
}));

const rows = [
  ...own.map(({ messages }) => ({ source: 'written for the project (CC0)', messages })),
  ...spread(alpaca, 500).map((row) => ({ source: 'LLaMA-Factory alpaca_en_demo (Apache-2.0)', ...row })),
  ...spread(sft, 260).map((row) => ({ source: 'LLaMA-Factory v1_sft_demo (Apache-2.0)', ...row })),
  ...spread(glaive, 120).map((row) => ({ source: 'LLaMA-Factory glaive_toolcall_en_demo (Apache-2.0)', ...row })),
  ...spread(preference, 120, 2 * maxCharacters).map((row) => ({ source: 'LLaMA-Factory dpo_en_demo (Apache-2.0)', ...row })),
];
const out = join(recipe, '../reference/ordinary.jsonl');
mkdirSync(join(recipe, '../reference'), { recursive: true });
writeFileSync(out, rows.map((row) => JSON.stringify(row)).join('\n') + '\n');
const counts = new Map();
for (const { source } of rows) counts.set(source, (counts.get(source) ?? 0) + 1);
for (const [source, count] of counts) console.log(String(count).padStart(5), source);
console.log(String(rows.length).padStart(5), 'rows', JSON.stringify(rows).length, 'characters');
