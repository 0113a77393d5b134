import { readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RowValues, ScoreKey } from '../../../src/core/types';
import { VectorStore } from '../../../src/store';
import { keyFolderName } from '../../../src/store/keyFolder';
import { generator, gibibyte, hashOf, keyOf, recordingLogger, rowsFrom, segmentFiles, temporaryFolder } from './support';

const keyWith = (changes: Partial<ScoreKey> = {}): ScoreKey => ({ ...keyOf('m'), card: 'c', reference: 'r', scoreRevision: 1, ...changes });
const key = keyWith();

/** The same numbers for the same row, of a pair where it is odd; push is not there yet. */
function valuesOf(number: number): RowValues {
  const random = generator(number);
  return {
    tokens: number,
    rejectedTokens: number % 2 ? 7 : 0,
    responseTokens: 3,
    values: Float64Array.of(random() - 0.5, -1e-300, NaN),
    beyond: Uint16Array.of(200, 0, 0),
    decidingBeyond: Uint8Array.of(255, number % 256),
    text: number % 3 ? random() : null,
    sides: number % 2 ? { chosen: random(), rejected: -random() } : null,
    turns: number % 4 ? [] : [{ turn: 1, value: random() }, { turn: 300, value: 0 }],
    latents: [{ index: 16383, mean: Math.fround(random()) }, { index: 0, mean: 0 }],
  };
}

const rowOf = (number: number) => ({ hash: hashOf(number), values: valuesOf(number) });

let folder: string;
const open = (logger = recordingLogger()) => VectorStore.open({ folder, maxBytes: gibibyte, logger });
beforeEach(async () => void (folder = await temporaryFolder()));

describe('scores', () => {
  test('come back to the bit, from another opening, and only under their key', async () => {
    const numbers = Array.from({ length: 2500 }, (_, i) => i);
    await (await open()).putScores(key, numbers.map(rowOf));
    const found = await (await open()).getScores(key, [...numbers.map(hashOf), hashOf(9999)]);
    expect(found.size).toBe(2500);
    for (const number of [0, 1, 4, 1023, 1024, 2499]) expect(found.get(hashOf(number))).toEqual(valuesOf(number));
    for (const other of [keyWith({ card: 'd' }), keyWith({ reference: 's' }), keyWith({ scoreRevision: 2 }), keyWith({ device: 'WebGPU' })])
      expect((await (await open()).getScores(other, [hashOf(0)])).size).toBe(0);
  });

  test('that push gave later are filled in', async () => {
    const store = await open();
    await store.putScores(key, [rowOf(0), rowOf(1)]);
    await store.putPushScores(key, [{ hash: hashOf(1), values: Float64Array.of(NaN, NaN, 0.25), beyond: Uint16Array.of(0, 0, 9) }]);
    const found = await (await open()).getScores(key, [hashOf(0), hashOf(1)]);
    expect(found.get(hashOf(0))).toEqual(valuesOf(0));
    expect([...found.get(hashOf(1))!.values]).toEqual([...valuesOf(1).values.subarray(0, 2), 0.25]);
    expect([...found.get(hashOf(1))!.beyond]).toEqual([200, 0, 9]);
  });

  test('in a damaged file are said to be damaged, removed, and asked for again', async () => {
    await (await open()).putScores(key, [rowOf(0)]);
    const [file] = await segmentFiles(folder, key);
    const path = join(folder, keyFolderName(key), file!);
    await truncate(path, (await readFile(path)).length >> 1);
    const logger = recordingLogger();
    const store = await open(logger);
    expect((await store.getScores(key, [hashOf(0)])).size).toBe(0);
    expect(logger.warnings).toEqual([expect.stringMatching(/^The cache file scores-.* is damaged .* is removed/)]);
    expect(await segmentFiles(folder, key)).toEqual([]);
  });

  test('are counted and cleared with the cache, and are no rows of vectors', async () => {
    const store = await open();
    await store.put(key, rowsFrom(0, 1));
    const before = await store.info();
    await store.putScores(key, [rowOf(0)]);
    await store.putSpans(key, [{ hash: hashOf(0), agreeing: { span: null, phrases: [], singleToken: false } }]);
    await store.putReferences(key, new Map([['x', Float64Array.of(1)]]));
    const after = await store.info();
    expect(after.records).toBe(before.records);
    expect(after.bytes).toBeGreaterThan(before.bytes + 3000);
    expect((await store.clear()).bytes).toBe(0);
  });

  test('many small segments are merged without losing a row', async () => {
    const store = await open();
    for (let i = 0; i < 20; i++) await store.putScores(key, [rowOf(i)]);
    await store.compact(key);
    expect((await segmentFiles(folder, key)).length).toBeLessThan(20);
    const found = await (await open()).getScores(key, Array.from({ length: 20 }, (_, i) => hashOf(i)));
    for (let i = 0; i < 20; i++) expect(found.get(hashOf(i))).toEqual(valuesOf(i));
  });
});

test('both keys of an audit are spared by the limit', async () => {
  const store = await open();
  const vectorKey = keyOf('m');
  await store.put(vectorKey, rowsFrom(0, 20));
  await store.putScores(key, [rowOf(0)]);
  await store.put(keyOf('other'), rowsFrom(0, 20));
  const { bytes } = await store.info();
  await (await VectorStore.open({ folder, maxBytes: bytes - 1 })).enforceLimit(vectorKey, key);
  const again = await open();
  expect([(await again.get(vectorKey, [hashOf(0)])).size, (await again.getScores(key, [hashOf(0)])).size, (await again.get(keyOf('other'), [hashOf(0)])).size]).toEqual([1, 1, 0]);
});

test('spans and numbers of the reference come back as they were', async () => {
  const agreeing = { span: { turn: 1, start: 0, end: 12 }, phrases: [{ turn: 1, start: 2, end: 5, share: 1 / 3 }], singleToken: true };
  const numbers = new Map([['single losses', Float64Array.of(0.1, NaN, 1e308)], ['empty', new Float64Array(0)]]);
  const store = await open();
  await store.putSpans(key, [{ hash: hashOf(0), agreeing }]);
  await store.putReferences(key, numbers);
  const again = await open();
  expect(await again.getSpans(key, [hashOf(0), hashOf(1)])).toEqual(new Map([[hashOf(0), agreeing]]));
  expect(await again.getReferences(key, ['single losses', 'empty', 'missing'])).toEqual(numbers);
  expect((await again.getSpans(keyWith({ card: 'd' }), [hashOf(0)])).size).toBe(0);
});
