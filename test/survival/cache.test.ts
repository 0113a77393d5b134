import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { VectorStore } from '../../src/store';
import { cacheIn } from '../support/auditing';
import { removes } from './faults';
import { type Place, audit, cacheFiles, cli, faulty, hashesOf, lostRows, rows, small, start, survives } from './support';

const isRoot = process.getuid?.() === 0;
const hasShell = process.platform !== 'win32';

/** A file system of its own for the cache, in memory; false where this user may not mount one. */
function mountTmpfs(place: Place, folder: string, options: string): boolean {
  mkdirSync(folder, { recursive: true });
  if (!isRoot || spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]).status !== 0) return false;
  place.leaving(() => spawnSync('umount', [folder]));
  return true;
}

/** A cache folder that holds the scores of `path`, and what they were. */
async function filled(place: Place, path: string) {
  const cache = cacheIn(place.at('cache'));
  const client = place.client();
  const whole = await audit(client, { path, settings: small({ cache }) });
  return { cache, client, whole, segments: cacheFiles(cache!.folder).map((name) => join(cache!.folder, name)) };
}

const truncate = (file: string) => truncateSync(file, readFileSync(file).length >> 1);
const kindsOf = (files: readonly string[]) => files.map((file) => basename(file).split('-')[0]).sort();

survives('cache truncated between two audits', { quick: true }, async (place) => {
  const path = place.write('data.jsonl', rows(6).join('\n'));
  const { cache, client, whole, segments } = await filled(place, path);
  expect(kindsOf(segments)).toEqual(['references', 'scores', 'spans', 'vectors']);
  segments.forEach(truncate);
  const told = await audit(client, { path, settings: small({ cache }) });
  expect(told.summary.timings.rowsRun).toBe(6);
  expect(kindsOf(cacheFiles(cache!.folder)).filter((kind) => kind === 'vectors' || kind === 'scores')).toEqual(['scores', 'vectors']);
  return { shown: place.log.find((line) => /is damaged/.test(line))!, lost: lostRows(told, whole) };
});

survives('scores truncated between two sessions', { quick: true }, async (place) => {
  const path = place.write('data.jsonl', rows(6).join('\n'));
  const { cache, whole, segments } = await filled(place, path);
  segments.filter((file) => !basename(file).startsWith('vectors')).forEach(truncate);
  const told = await audit(place.client(), { path, settings: small({ cache }) });
  expect(told.summary.timings.rowsRun).toBe(0);
  expect(told.rows).toEqual(whole.rows);
  return { shown: place.log.find((line) => /scores-.* is damaged/.test(line))!, lost: lostRows(told, whole) };
});

survives('cache with bytes changed between two audits', {}, async (place) => {
  const path = place.write('data.jsonl', rows(6).join('\n'));
  const { cache, client, whole, segments } = await filled(place, path);
  for (const file of segments) {
    const bytes = readFileSync(file);
    bytes.fill(0xff, 1000, 1100);
    writeFileSync(file, bytes);
  }
  const told = await audit(client, { path, settings: small({ cache }) });
  return { shown: place.log.find((line) => /is damaged/.test(line))!, lost: lostRows(told, whole) };
});

survives('cache deleted in the middle of a run', { quick: true }, async (place) => {
  const path = place.write('data.jsonl', rows(12, true).join('\n'));
  const cache = cacheIn(place.at('cache'));
  const [first] = await hashesOf(path);
  const client = place.client({ entry: faulty(place, removes([first!], cache!.folder)) });
  const told = await audit(client, { path, settings: small({ cache }) });
  expect(told.notices).toEqual([]);
  const again = await audit(client, { path, settings: small({ cache }) });
  expect(again.summary.timings.rowsFromCache).toBeGreaterThan(0);
  return { shown: `nothing: the folder is made anew, ${again.summary.timings.rowsFromCache} rows are in it`, lost: lostRows(again, told) + 12 - told.rows.length };
});

survives('cache that may be read only', { when: hasShell }, async (place) => {
  const path = place.write('data.jsonl', rows(4).join('\n'));
  const { cache, client, whole } = await filled(place, path);
  const folder = cache!.folder;
  if (!isRoot) {
    chmodSync(folder, 0o500);
    place.leaving(() => chmodSync(folder, 0o700));
  } else if (mountTmpfs(place, folder, 'size=4m')) {
    spawnSync('mount', ['-o', 'remount,ro', folder]);
  } else {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'a file where the folder was');
  }
  const told = await audit(client, { path, settings: small({ cache }) });
  expect(told.notices).toEqual([expect.stringMatching(/^The audit goes on without the cache.*choose another cache folder/)]);
  return { shown: told.notices[0]!, lost: lostRows(told, whole) };
});

survives('cache on a disk that fills up', { quick: true, when: hasShell }, async (place) => {
  const path = place.write('data.jsonl', rows(6).join('\n'));
  const whole = await audit(place.client(), { path, settings: small() });
  // No file larger than a block: what the cache writes first fits, a segment does not.
  const shell = place.write('node', `#!/bin/sh\nulimit -f 1\nexec ${process.execPath} "$@"\n`);
  chmodSync(shell, 0o755);
  const cache = cacheIn(place.at('cache'));
  const told = await audit(place.client({ execPath: shell }), { path, settings: small({ cache }) });
  expect(told.notices).toEqual([expect.stringMatching(/^The audit goes on without the cache.*the disk or its quota is full.*Free some space/)]);
  expect(cacheFiles(cache!.folder)).toEqual([]);
  return { shown: told.notices[0]!, lost: lostRows(told, whole) };
});

survives('cache on a full file system', { when: isRoot }, async (place) => {
  const path = place.write('data.jsonl', rows(6).join('\n'));
  const client = place.client();
  const whole = await audit(client, { path, settings: small() });
  const cache = cacheIn(place.at('mounted/cache'));
  // Where it cannot be mounted, the case before this one stands for it.
  const shown = mountTmpfs(place, place.at('mounted'), 'size=16k') ? /ENOSPC/ : /^$/;
  const told = await audit(client, { path, settings: small({ cache }) });
  expect(told.notices.join()).toMatch(shown);
  return { shown: told.notices[0] ?? 'not mounted here: see the case before', lost: lostRows(told, whole) };
});

survives('two windows and a command line on one file and one cache', { quick: true }, async (place) => {
  const path = place.write('data.jsonl', rows(24, true).slice(0, 18).join('\n'));
  const cache = cacheIn(place.at('cache'));
  const request = { path, settings: small({ cache, maxTokens: 64 }) };
  const [one, two] = [place.client(), place.client()];
  const line = start([cli, 'audit', path, '--cache', cache!.folder, '--max-tokens', '64', '--device', 'cpu', '--measures', 'activation', '--format', 'jsonl', '--quiet']);
  place.leaving(() => line.child.kill());
  const [first, second, third] = await Promise.all([audit(one, request), audit(two, request), line.ended]);
  const printed = third.out.trimEnd().split('\n').map((text) => JSON.parse(text) as { line: number; rank: number; scores: { value: number }[] });
  expect([third.code, third.err]).toEqual([0, '']);
  const again = await audit(one, request);
  expect(again.summary.timings).toMatchObject({ rowsRun: 0, rowsFromCache: 18 });
  expect([...first.notices, ...second.notices, ...place.log.filter((text) => /damaged|without the cache/.test(text))]).toEqual([]);
  const store = await VectorStore.open(cache!);
  const { records } = await store.info();
  expect(records).toBeGreaterThanOrEqual(18);
  expect(cacheFiles(cache!.folder).filter((name) => name.includes('.tmp-'))).toEqual([]);
  return { shown: `nothing: the same 18 rows thrice, ${records} stored`, lost: lostRows(second, first) + lostRows(again, first) + lostRows({ rows: printed as never }, first) };
});
