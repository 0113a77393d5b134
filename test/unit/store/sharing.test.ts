import { fork } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';
import type { RecordVectors } from '../../../src/core/types';
import { canonicalJson } from '../../../src/base/hash';
import { roundTrip, VectorStore } from '../../../src/store';
import { keyFolderName } from '../../../src/store/keyFolder';
import { KeySegments } from '../../../src/store/keySegments';
import { findRecords } from '../../../src/store/lookup';
import { generator, gibibyte, hashOf, keyOf, recordingLogger, rowOf, rowsFrom, segmentFiles, temporaryFolder } from './support';

const key = keyOf('m');
const hashesOf = (rows: RecordVectors[]) => rows.map(({ hash }) => hash);
const asMap = (rows: RecordVectors[]) => new Map(roundTrip(rows).map((row) => [row.hash, row]));

async function openWith(folder: string) {
  const logger = recordingLogger();
  return { logger, store: await VectorStore.open({ folder, maxBytes: gibibyte, logger }) };
}

describe('two windows', () => {
  test('write at once, some rows twice: nothing is lost or wrong', async () => {
    const folder = await temporaryFolder();
    const [one, two] = [await openWith(folder), await openWith(folder)];
    await Promise.all(
      [one, two].map(async ({ store }, window) => {
        for (let i = 0; i < 25; i++) await store.put(key, rowsFrom(40 * window + 2 * i, 3));
      }),
    );
    const rows = rowsFrom(0, 40 + 2 * 24 + 3);
    for (const { store } of [one, two, await openWith(folder)]) expect(await store.get(key, hashesOf(rows))).toEqual(asMap(rows));
    expect([...one.logger.warnings, ...two.logger.warnings]).toEqual([]);
    expect((await segmentFiles(folder, key)).length).toBeLessThanOrEqual(17);
  });

  test('one reads while the other writes and compacts: no row that was there is ever missing', async () => {
    const folder = await temporaryFolder();
    const [writer, reader] = [await openWith(folder), await openWith(folder)];
    let put = 0;
    let reads = 0;
    const writing = (async () => {
      for (; put < 60; put++) await writer.store.put(key, [rowOf(put)]);
    })();
    while (put < 60) {
      const there = rowsFrom(0, put);
      expect(await reader.store.get(key, hashesOf(there))).toEqual(asMap(there));
      reads++;
    }
    await writing;
    expect(reads).toBeGreaterThan(5);
    expect([...reader.logger.warnings, ...writer.logger.warnings]).toEqual([]);
  });

  test('one clears while the other writes: later rows are stored', async () => {
    const folder = await temporaryFolder();
    const [one, two] = [await openWith(folder), await openWith(folder)];
    const writing = (async () => {
      for (let i = 0; i < 30; i++) await one.store.put(key, [rowOf(i)]);
    })();
    for (let i = 0; i < 15; i++) await two.store.clear();
    await writing;
    await one.store.put(key, [rowOf(100)]);
    expect(await two.store.get(key, [hashOf(100)])).toEqual(asMap([rowOf(100)]));
  });
});

describe('a segment that vanishes between listing and reading', () => {
  const segmentsOf = (folder: string) => new KeySegments(join(folder, keyFolderName(key)), canonicalJson(key), recordingLogger());

  test('means: list again', async () => {
    const folder = await temporaryFolder();
    const { store } = await openWith(folder);
    const rows = rowsFrom(0, 17);
    for (const row of rows.slice(0, 16)) await store.put(key, [row]);
    const segments = segmentsOf(folder);
    const seen = new Set<string>();
    await segments.each('vectors', async ({ name }) => {
      // Merges all sixteen, and the one more, into one.
      if (seen.size === 0) await store.put(key, [rows[16]!]);
      seen.add(name.file);
    });
    expect(await segmentFiles(folder, key)).toEqual([[...seen].at(-1)]);
    expect(await findRecords(segments, hashesOf(rows))).toEqual(asMap(rows));
  });

  test('time and again, is an error that says so', async () => {
    const folder = await temporaryFolder();
    const { store } = await openWith(folder);
    const path = join(folder, keyFolderName(key));
    let next = 0;
    const refill = async () => {
      await store.clear();
      for (let i = 0; i < 3; i++) await store.put(key, [rowOf(next++)]);
    };
    await refill();
    await expect(segmentsOf(folder).each('vectors', refill)).rejects.toMatchObject({ reason: 'changing', message: expect.stringContaining(path) as string });
  });

  test('with its whole folder, means that there is nothing', async () => {
    const folder = await temporaryFolder();
    const { store } = await openWith(folder);
    await store.put(key, [rowOf(0)]);
    expect((await store.get(key, [hashOf(0)])).size).toBe(1);
    await rm(join(folder, keyFolderName(key)), { recursive: true });
    expect((await store.get(key, [hashOf(0)])).size).toBe(0);
    await store.put(key, [rowOf(0)]);
    expect((await store.get(key, [hashOf(0)])).size).toBe(1);
  });
});

test('processes killed in mid-write lose nothing that was put, and leave nothing damaged', async () => {
  const folder = await temporaryFolder();
  const outfile = join(await temporaryFolder(), 'writer.mjs');
  await build({ entryPoints: [join(import.meta.dirname, 'killedWriter.ts')], bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' });
  const random = generator(7);
  const put: RecordVectors[] = [];
  for (let round = 0; round < 4; round++) {
    await Promise.all(
      [0, 1].map(async (writer) => {
        const first = 100_000 * (2 * round + writer);
        put.push(...rowsFrom(first, (await writeUntilKilled(outfile, folder, first, 5 + 15 * random(), 10 * random())) - first));
      }),
    );
    const { store, logger } = await openWith(folder);
    expect(await store.get(key, hashesOf(put))).toEqual(asMap(put));
    expect(logger.warnings).toEqual([]);
  }
  expect(put.length).toBeGreaterThanOrEqual(4 * 2 * 5 * 2);
});

/** Kills it some ms after so many puts. Gives the number after the last row that it said was put. */
async function writeUntilKilled(outfile: string, folder: string, first: number, puts: number, ms: number): Promise<number> {
  const child = fork(outfile, [folder, `${first}`]);
  const closed = new Promise((resolve) => child.once('close', resolve));
  let next = first;
  await new Promise<void>((resolve, reject) => {
    child.once('close', () => reject(new Error('the writer ended by itself')));
    child.on('message', (message) => {
      next = message as number;
      if (next >= first + 2 * puts) resolve();
    });
  });
  await setTimeout(ms);
  child.kill('SIGKILL');
  await closed;
  return next;
}
