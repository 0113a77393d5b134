import { statSync } from 'node:fs';
import { expect } from 'vitest';
import { silentLogger } from '../../src/base/logger';
import { AuditClient } from '../../src/audit/client';
import { cacheIn } from '../support/auditing';
import { crashes, crashesAtRandom, hangs } from './faults';
import { audit, faulty, hashesOf, lostRows, rows, small, survives } from './support';

survives('engine killed once in a run', { quick: true }, async (place) => {
  const path = place.write('data.jsonl', rows(8, true).join('\n'));
  const client = place.client();
  const whole = await audit(client, { path, settings: small() });
  let kills = 0;
  const told = await audit(client, { path, settings: small({ cache: cacheIn(place.at('cache')) }) }, ({ type }) => {
    if (type === 'rows' && kills++ === 0) process.kill(client.pid!, 'SIGKILL');
  });
  expect(told.summary.problems).toEqual([]);
  expect(told.notices).toHaveLength(1);
  return { shown: told.notices[0]!, lost: lostRows(told, whole) };
});

survives('engine killed at random, five times in a run', {}, async (place) => {
  const path = place.write('data.jsonl', rows(30, true).join('\n'));
  const request = { path, settings: small({ measures: ['activation', 'loss'] }) };
  const whole = await audit(place.client(), request);
  // With this seed while loading, in words and in losses; on one row's loss twice, once among others.
  const cache = cacheIn(place.at('cache'));
  const cached = { ...request, settings: { ...request.settings, cache } };
  const told = await audit(place.client({ entry: faulty(place, crashesAtRandom(place.at('ends'), 5, 75)) }), cached);
  expect(statSync(place.at('ends')).size).toBe(5);
  const restarts = told.notices.filter((notice) => /is started again: the audit goes on where it was\.$/.test(notice));
  expect(restarts).toHaveLength(5);
  expect(new Set(restarts).size).toBeGreaterThan(2);
  expect(told.summary.problems).toEqual([]);
  for (const { loss, reasons } of told.rows) expect(reasons.some(({ code }) => code === 'no-loss')).toBe(loss === null);
  // What an innocent row went without comes with the next audit, and nothing else is run for it.
  const next = await audit(place.client(), cached);
  expect(next.rows.every(({ loss }) => loss !== null)).toBe(true);
  expect(next.summary.timings).toMatchObject({ rowsRun: 0, rowsFromCache: 30 });
  return { shown: `5 x ${restarts.at(-1)!}`, lost: lostRows(told, whole) + lostRows(next, whole) };
});

survives('engine killed once without a cache', {}, async (place) => {
  const path = place.write('data.jsonl', rows(8, true).join('\n'));
  const client = place.client();
  let kills = 0;
  const told = await audit(client, { path, settings: small() }, ({ type }) => {
    if (type === 'rows' && kills++ === 1) process.kill(client.pid!, 'SIGKILL');
  });
  expect(told.notices[0]).toMatch(/as there is no cache/);
  return { shown: told.notices[0]!, lost: 8 - told.rows.length };
});

survives('an engine that ends on every row', {}, async (place) => {
  const path = place.write('data.jsonl', rows(12).join('\n'));
  const client = place.client({ entry: faulty(place, crashes(await hashesOf(path))) });
  const failure = await audit(client, { path, settings: small({ cache: cacheIn(place.at('cache')) }) }).catch((error: Error) => error);
  expect(failure).toMatchObject({ reason: 'engine-died', message: expect.stringMatching(/stopped 6 times.*is not started again.*run the audit again to go on.*execPath/) as string });
  return { shown: (failure as Error).message, lost: 0 };
});

survives('a script that is no engine', { quick: true }, async (place) => {
  const path = place.write('data.jsonl', rows(1).join('\n'));
  const client = new AuditClient({ entry: place.write('no-engine.cjs', 'process.exit(3);'), logger: silentLogger });
  const failure = await audit(client, { path, settings: small() }).catch((error: Error) => error);
  expect(failure).toMatchObject({ message: expect.stringMatching(/stopped 3 times \(exit code 3\).*run the audit again from the beginning/) as string });
  return { shown: (failure as Error).message, lost: 0 };
});

survives('engine killed during an inspection', {}, async (place) => {
  const path = place.write('data.jsonl', rows(2).join('\n'));
  const client = place.client();
  await audit(client, { path, settings: small() });
  const first = client.pid!;
  const inspection = client.inspect({ path, settings: small(), index: 1 });
  process.kill(first, 'SIGKILL');
  expect((await inspection).tokens.length).toBeGreaterThan(0);
  expect(client.pid).not.toBe(first);
  return { shown: 'the row, from another engine', lost: 0 };
});

survives('a run that hangs', {}, async (place) => {
  const path = place.write('data.jsonl', rows(6, true).join('\n'));
  const hashes = await hashesOf(path);
  const watch = { firstMs: 120_000, firstTokenMs: 0, factor: 20, leastMs: 3000 };
  const client = place.client({ entry: faulty(place, hangs([hashes[5]!])), watch });
  const told = await audit(client, { path, settings: small({ maxTokens: 256, cache: cacheIn(place.at('cache')) }) });
  expect(told.notices).toHaveLength(2);
  expect(told.summary.problems.map(({ line }) => line)).toEqual([6]);
  expect(told.notices[0]).toMatch(/no answer for \d+ s/);
  return { shown: told.notices[0]!, lost: 5 - told.rows.length };
});
