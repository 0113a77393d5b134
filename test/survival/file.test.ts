import { renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { AuditEvent } from '../../src/protocol';
import { type Place, type Told, audit, cli, faulty, rows, small, start, survives } from './support';

/** Audits a file that something happens to once its rows were read. */
async function meanwhile(place: Place, path: string, happens: () => void): Promise<Told> {
  let happened = false;
  return audit(place.client(), { path, settings: small() }, ({ type }: AuditEvent) => {
    if (type !== 'read' || happened) return;
    happened = true;
    happens();
  });
}

const changed = /was changed while it was audited: the scores belong to what it held before\. Audit it again\.$/;

survives('file truncated during the audit', { quick: true }, async (place) => {
  const path = place.write('data.jsonl', rows(6).join('\n'));
  const told = await meanwhile(place, path, () => truncateSync(path, 100));
  expect(told.notices).toEqual([expect.stringMatching(changed)]);
  return { shown: told.notices[0]!, lost: 6 - told.rows.length };
});

survives('file replaced during the audit', {}, async (place) => {
  const path = place.write('data.jsonl', rows(6).join('\n'));
  const told = await meanwhile(place, path, () => renameSync(place.write('other.jsonl', rows(2).join('\n')), path));
  expect(told.notices).toEqual([expect.stringMatching(changed)]);
  expect(told.rows.every(({ spans }) => !spans?.length)).toBe(true);
  return { shown: told.notices[0]!, lost: 6 - told.rows.length };
});

survives('file deleted during the audit', {}, async (place) => {
  const path = place.write('data.jsonl', rows(6).join('\n'));
  const told = await meanwhile(place, path, () => rmSync(path));
  expect(told.notices).toEqual([expect.stringMatching(changed)]);
  return { shown: told.notices[0]!, lost: 6 - told.rows.length };
});

survives('file truncated while it is read', {}, async (place) => {
  // Rows of half a megabyte: the reader takes one at a time, and the file ends in the third after the first chunk was read.
  const wide = rows(6).map((row) => row.replace('"}]}', `${' '.repeat(500_000)}"}]}`));
  const path = place.write('data.jsonl', wide.join('\n'));
  const cut = `
const fs = require('node:fs');
const { open } = fs.promises;
fs.promises.open = async (...args) => {
  const file = await open(...args);
  if (args[0] !== ${JSON.stringify(path)}) return file;
  const read = file.read;
  let reads = 0;
  file.read = async function (...how) {
    const result = await read.apply(this, how);
    if (++reads === 2) fs.truncateSync(${JSON.stringify(path)}, 1_200_000);
    return result;
  };
  return file;
};`;
  const told = await audit(place.client({ entry: faulty(place, cut) }), { path, settings: small() });
  expect(told.notices).toEqual([expect.stringMatching(changed)]);
  expect(told.rows.map(({ line }) => line)).toEqual([1, 2]);
  expect(told.summary.problems).toMatchObject([{ line: 3, reason: 'broken-json' }]);
  return { shown: `${told.notices[0]!} Line 3: ${told.summary.problems[0]!.message}`, lost: 2 - told.rows.length };
});

/** A file that cannot be read as a whole: the message, from the command line, which ends with 2. */
const unreadable = (name: string, make: (place: Place) => string, says: RegExp): void =>
  survives(name, { quick: true }, async (place) => {
    const path = make(place);
    const { code, err } = await start([cli, 'audit', path, '--no-cache', '--format', 'jsonl', '--quiet']).ended;
    expect(code).toBe(2);
    expect(err).toContain(path);
    expect(err).toMatch(says);
    return { shown: err.trim(), lost: 0 };
  });

unreadable('an empty file', (place) => place.write('data.jsonl', ''), /is empty: there are no rows to read/);
unreadable('a binary file', (place) => place.write('data.jsonl', Uint8Array.from({ length: 4096 }, (_, i) => (i * 31) % 256)), /is a binary file|not UTF-8/);
unreadable('a folder', (place) => place.folder, /is a folder or a device, not a file/);
unreadable('a file that is not there', (place) => place.at('absent.jsonl'), /There is no file .*Check the path/);

survives('invalid UTF-8 in a row', { quick: true }, async (place) => {
  const [first, second, third] = rows(3);
  const path = place.write('data.jsonl', Buffer.concat([Buffer.from(`${first}\n${second!.slice(0, 60)}`), Buffer.from([0xc3, 0x28]), Buffer.from(`${second!.slice(60)}\n${third}`)]));
  const told = await audit(place.client(), { path, settings: small() });
  expect(told.summary.problems).toMatchObject([{ line: 2, reason: 'invalid-utf8', message: expect.stringMatching(/Character \d+ .*Save the file as UTF-8/) as string }]);
  return { shown: `line 2: ${told.summary.problems[0]!.message}`, lost: 2 - told.rows.length };
});

survives('a line of 200 MB', {}, async (place) => {
  const [first, , third] = rows(3);
  const path = place.write('data.jsonl', `${first}\n`);
  const part = Buffer.alloc(10 << 20, 'x');
  writeFileSync(path, '{"messages":[{"role":"assistant","content":"', { flag: 'a' });
  for (let i = 0; i < 20; i++) writeFileSync(path, part, { flag: 'a' });
  writeFileSync(path, `"}]}\n${third}`, { flag: 'a' });
  const told = await audit(place.client(), { path, settings: small() });
  expect(told.summary.problems).toMatchObject([{ line: 2, reason: 'too-long', message: expect.stringMatching(/200\.0 MB; rows of up to 64\.0 MB are read\. Shorten or remove it/) as string }]);
  return { shown: `line 2: ${told.summary.problems[0]!.message}`, lost: 2 - told.rows.length };
});

survives('a row of 100,000 turns', {}, async (place) => {
  const turns = Array.from({ length: 100_000 }, (_, i) => ({ role: i % 2 ? 'assistant' : 'user', content: `turn ${i}` }));
  const path = place.write('data.jsonl', [...rows(2), JSON.stringify({ messages: turns })].join('\n'));
  const told = await audit(place.client(), { path, settings: small() });
  const row = told.rows.find(({ line }) => line === 3)!;
  expect([row.tokens, row.responseTokens > 0]).toEqual([64, true]);
  return { shown: `line 3: ${row.reasons.find(({ code }) => code === 'truncated')!.message}`, lost: 3 - told.rows.length };
});
