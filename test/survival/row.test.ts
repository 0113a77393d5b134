import { chmodSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { cacheIn } from '../support/auditing';
import { crashes, findsNoMemory, givesNaN } from './faults';
import { audit, faulty, hashesOf, lostRows, rows, small, survives } from './support';

survives('a row that kills the engine twice', { quick: true }, async (place) => {
  const path = place.write('data.jsonl', rows(6).join('\n'));
  const hashes = await hashesOf(path);
  const client = place.client({ entry: faulty(place, crashes([hashes[2]!])) });
  const told = await audit(client, { path, settings: small({ cache: cacheIn(place.at('cache')) }) });
  expect(told.notices).toHaveLength(2);
  expect(told.notices[0]).toMatch(/activations of 6 rows/);
  expect(told.notices[1]).toMatch(/activations of one row/);
  expect(told.summary.problems).toEqual([{ line: 3, index: 2, reason: 'could-not-score', message: expect.stringMatching(/engine stopped 2 times.*SIGKILL.*lower maxTokens/) as string }]);
  expect(told.rows.map(({ line }) => line)).toEqual([1, 2, 4, 5, 6]);
  return { shown: `line 3: ${told.summary.problems[0]!.message}`, lost: 5 - told.rows.length };
});

survives('a row that kills the engine twice when its loss is computed', { quick: true }, async (place) => {
  const path = place.write('data.jsonl', rows(6).join('\n'));
  const [, , fatal] = await hashesOf(path);
  const client = place.client({ entry: faulty(place, crashes([fatal!], 'losses')) });
  const told = await audit(client, { path, settings: small({ measures: ['activation', 'loss'], cache: cacheIn(place.at('cache')) }) });
  expect(told.summary.problems).toEqual([]);
  expect(told.rows.map(({ line, loss }) => [line, loss !== null])).toEqual([1, 2, 3, 4, 5, 6].map((line) => [line, line !== 3]));
  const reasons = told.rows[2]!.reasons.map(({ code, message }) => `${code}: ${message}`).join(' ');
  expect(reasons).toMatch(/no-loss: Its loss could not be computed: the engine stopped 2 times.*SIGKILL.*lower maxTokens.*The score stands/);
  expect(reasons).not.toContain('pending-loss');
  expect(told.notices).toEqual([expect.stringMatching(/losses of 6 rows/), expect.stringMatching(/losses of one row/), expect.stringMatching(/^Line 3 keeps its activation score\. Its loss could not/)]);
  return { shown: told.notices.at(-1)!, lost: 6 - told.rows.length };
});

survives('a row for whose push memory runs out', {}, async (place) => {
  const path = place.write('data.jsonl', rows(4).join('\n'));
  const [, fatal] = await hashesOf(path);
  const client = place.client({ entry: faulty(place, findsNoMemory([fatal!], 'push')) });
  const told = await audit(client, { path, settings: small({ measures: ['activation', 'loss', 'push'], cache: cacheIn(place.at('cache')) }) });
  expect(told.summary.problems).toEqual([]);
  expect(told.rows.map(({ line, scores }) => [line, scores.some(({ measure }) => measure === 'push')])).toEqual([[1, true], [2, false], [3, true], [4, true]]);
  expect(told.notices).toEqual([expect.stringMatching(/^Line 2 keeps its activation score\. Its push could not be computed: there is not enough memory.*Lower maxTokens/)]);
  return { shown: told.notices[0]!, lost: 4 - told.rows.length };
});

survives('a row that kills the engine twice when its words are looked for', {}, async (place) => {
  const path = place.write('data.jsonl', rows(4).join('\n'));
  const [first, ...others] = await hashesOf(path);
  const client = place.client({ entry: faulty(place, crashes([first!], 'tokens')) });
  const told = await audit(client, { path, settings: small({ cache: cacheIn(place.at('cache')) }) });
  expect(told.rows.map(({ line, spans }) => [line, spans !== null])).toEqual([[1, false], ...others.map((_, i) => [i + 2, true])]);
  expect(told.notices.at(-1)).toMatch(/^Line 1 keeps its activation score\. The words that carry it could not be found: the engine stopped 2 times/);
  return { shown: told.notices.at(-1)!, lost: 4 - told.rows.length };
});

survives('a row of the trusted file that kills the engine twice', {}, async (place) => {
  const path = place.write('data.jsonl', rows(3).join('\n'));
  const ordinary = place.write('trusted.jsonl', rows(42).slice(1).join('\n'));
  const [, , , fatal] = await hashesOf(ordinary);
  const client = place.client({ entry: faulty(place, crashes([fatal!])) });
  const told = await audit(client, { path, settings: small({ ordinary, cache: cacheIn(place.at('cache')) }) });
  expect(told.summary.chance?.n).toBe(40);
  expect(told.notices.at(-1)).toMatch(/^Of the ordinary rows, line 4 counts in part or not at all\. This row cannot be scored: the engine stopped 2 times/);
  return { shown: told.notices.at(-1)!, lost: 3 - told.rows.length };
});

survives('a row for which memory runs out', { when: process.platform === 'linux' }, async (place) => {
  const long = JSON.stringify({ messages: [{ role: 'user', content: 'Tell me more.' }, { role: 'assistant', content: 'and so on '.repeat(2600) }] });
  const path = place.write('data.jsonl', [...rows(3), long].join('\n'));
  const free = place.client();
  const few = await audit(free, { path: place.write('few.jsonl', rows(3).join('\n')), settings: small({ maxTokens: 8192 }) });
  const [, peak] = /VmPeak:\s+(\d+) kB/.exec(readFileSync(`/proc/${free.pid!}/status`, 'utf8'))!;
  // A row of 8,000 tokens takes gigabytes.
  const shell = place.write('node', `#!/bin/sh\nulimit -v ${Number(peak) + 600_000}\nexec ${process.execPath} "$@"\n`);
  chmodSync(shell, 0o755);
  const client = place.client({ execPath: shell });
  const told = await audit(client, { path, settings: small({ maxTokens: 8192 }) });
  expect(told.summary.problems).toMatchObject([{ line: 4, reason: 'could-not-score', message: expect.stringMatching(/memory.*[Ll]ower maxTokens/) as string }]);
  return { shown: `line 4: ${told.summary.problems[0]!.message}`, lost: lostRows(told, few) };
});

survives('a row for which the model gives no finite numbers', { quick: true }, async (place) => {
  const path = place.write('data.jsonl', rows(5).join('\n'));
  const hashes = await hashesOf(path);
  const client = place.client({ entry: faulty(place, givesNaN([hashes[1]!])) });
  const cache = cacheIn(place.at('cache'));
  const told = await audit(client, { path, settings: small({ cache }) });
  expect(told.summary.problems).toMatchObject([{ line: 2, reason: 'could-not-score', message: expect.stringMatching(/not finite/) as string }]);
  expect(told.rows.every(({ scores }) => scores.every(({ value }) => Number.isFinite(value)))).toBe(true);
  const healthy = await audit(place.client(), { path, settings: small({ cache }) });
  expect(healthy.summary.timings).toMatchObject({ rowsRun: 1, rowsFromCache: 4 });
  return { shown: `line 2: ${told.summary.problems[0]!.message}`, lost: 4 - told.rows.length };
});

survives('a row longer than the model has positions', {}, async (place) => {
  const path = place.write('data.jsonl', JSON.stringify({ messages: [{ role: 'user', content: 'Go on.' }, { role: 'assistant', content: 'and so on '.repeat(40_000) }] }));
  const told = await audit(place.client(), { path, settings: small({ maxTokens: 131_072 }) });
  expect(told.rows[0]!.tokens).toBe(8192);
  return { shown: told.rows[0]!.reasons.find(({ code }) => code === 'truncated')!.message, lost: 1 - told.rows.length };
});
