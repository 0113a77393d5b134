import { stat, utimes, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { VectorStore } from '../../../src/store';
import { keyFolderName } from '../../../src/store/keyFolder';
import { gibibyte, hashOf, keyOf, rowOf, rowsFrom, segmentFiles, temporaryFolder } from './support';

const [a, b, c] = ['a', 'b', 'c'].map(keyOf) as [ReturnType<typeof keyOf>, ReturnType<typeof keyOf>, ReturnType<typeof keyOf>];

let folder: string;

const open = (maxBytes: number) => VectorStore.open({ folder, maxBytes });
const present = async () => {
  const store = await open(gibibyte);
  const held = await Promise.all([a, b, c].map(async (key) => ((await store.get(key, [hashOf(0)])).size ? key.model : '')));
  return held.join('');
};
const keyFile = (key: typeof a) => join(folder, keyFolderName(key), 'key.json');
const used = (key: typeof a, hoursAgo: number) => utimes(keyFile(key), new Date(), new Date(Date.now() - hoursAgo * 3_600_000));
const bytesOf = async (maxKeys: number) => ((await (await open(gibibyte)).info()).bytes / 3) * maxKeys + 10;

/** Three keys of one size, last used in the order b, c, a. */
beforeEach(async () => {
  folder = await temporaryFolder();
  const store = await open(gibibyte);
  for (const key of [a, b, c]) await store.put(key, rowsFrom(0, 20));
  await used(b, 3);
  await used(c, 2);
  await used(a, 1);
});

describe('the limit', () => {
  test('takes nothing while all fits', async () => {
    await (await open(await bytesOf(3))).enforceLimit();
    expect(await present()).toBe('abc');
  });

  test.each([
    [2, 'ac'],
    [1, 'a'],
    [0, ''],
  ])('with room for %d keys leaves the last used: "%s"', async (keys, left) => {
    const store = await open(keys === 0 ? 0 : await bytesOf(keys));
    await store.enforceLimit();
    expect(await present()).toBe(left);
    expect((await store.info()).bytes).toBeLessThanOrEqual(store.maxBytes);
  });

  test('spares the current key, however long it was not used', async () => {
    await (await open(await bytesOf(1))).enforceLimit(b);
    expect(await present()).toBe('b');
  });

  test('of a current key that alone is too big takes the oldest segments only', async () => {
    const store = await open(gibibyte);
    const [oldest] = await segmentFiles(folder, b);
    await utimes(join(folder, keyFolderName(b), oldest!), new Date(), new Date(Date.now() - 7_200_000));
    const { size } = await stat(join(folder, keyFolderName(b), oldest!));
    await store.put(b, [rowOf(100)]);
    await (await open(size)).enforceLimit(b);
    expect((await store.get(a, [hashOf(0)])).size + (await store.get(c, [hashOf(0)])).size).toBe(0);
    expect([...(await store.get(b, [hashOf(0), hashOf(100)])).keys()]).toEqual([hashOf(100)]);
  });

  test('counts reading as use', async () => {
    await (await open(gibibyte)).get(b, [hashOf(0)]);
    await (await open(await bytesOf(1))).enforceLimit();
    expect(await present()).toBe('b');
  });

  test('counts writing as use', async () => {
    await (await open(gibibyte)).put(b, [rowOf(0)]);
    await (await open(await bytesOf(1) + 4000)).enforceLimit();
    expect(await present()).toBe('b');
  });
});

test('temporary files of killed processes go when the cache is opened, those of living ones stay', async () => {
  const temporary = (name: string) => [join(folder, name), join(folder, keyFolderName(a), name)];
  const [old, young] = [temporary('.tmp-1-abcdef'), temporary('.tmp-2-abcdef')];
  for (const path of [...old, ...young]) await writeFile(path, 'half a segm');
  for (const path of old) await utimes(path, new Date(), new Date(Date.now() - 2 * 3_600_000));
  await open(gibibyte);
  expect(old.some(existsSync)).toBe(false);
  expect(young.every(existsSync)).toBe(true);
});

test('what another process is writing is neither counted nor cleared', async () => {
  const store = await open(gibibyte);
  const { bytes } = await store.info();
  const path = join(folder, keyFolderName(a), '.tmp-1-abcdef');
  await writeFile(path, 'half a segm');
  expect((await store.info()).bytes).toBe(bytes);
  await store.clear();
  expect(existsSync(path)).toBe(true);
});
