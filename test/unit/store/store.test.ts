import { existsSync } from 'node:fs';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { defaultCacheFolder, readVectorsFile, roundTrip, roundTripPush, StoreError, VectorStore, writeVectorsFile } from '../../../src/store';
import { keyFolderName } from '../../../src/store/keyFolder';
import { gibibyte, hashOf, hookPoint, keyOf, rowOf, rowsFrom, segmentFiles, temporaryFolder } from './support';

const key = keyOf('m');
const open = (folder: string) => VectorStore.open({ folder, maxBytes: gibibyte });
const asMap = (rows: ReturnType<typeof rowsFrom>) => new Map(roundTrip(rows).map((row) => [row.hash, row]));

describe('get', () => {
  test('gives what was put, at stored precision, in this process and a later one', async () => {
    const folder = await temporaryFolder();
    const store = await open(folder);
    const rows = rowsFrom(0, 300);
    await store.put(key, rows.slice(0, 40));
    await store.put(key, rows.slice(40));
    for (const reader of [store, await open(folder)]) {
      expect(await reader.get(key, rows.map(({ hash }) => hash))).toEqual(asMap(rows));
      expect(await reader.get(key, [hashOf(250)])).toEqual(asMap([rowOf(250)]));
    }
  });

  test('leaves out what is not there', async () => {
    const store = await open(await temporaryFolder());
    expect(await store.get(key, [hashOf(0)])).toEqual(new Map());
    await store.put(key, [rowOf(0)]);
    expect([...(await store.get(key, [hashOf(1), 'no hash', hashOf(0)])).keys()]).toEqual([hashOf(0)]);
    expect(await store.get(key, [])).toEqual(new Map());
  });

  test('never crosses keys', async () => {
    const store = await open(await temporaryFolder());
    await store.put(key, [rowOf(0)]);
    for (const other of [keyOf('n'), { ...key, kernelRevision: 2 }, { ...key, captureSet: [] }]) expect(await store.get(other, [hashOf(0)])).toEqual(new Map());
  });

  test('sees what another window put after the first look', async () => {
    const folder = await temporaryFolder();
    const [here, there] = [await open(folder), await open(folder)];
    await here.put(key, [rowOf(0)]);
    expect((await there.get(key, [hashOf(0), hashOf(1)])).size).toBe(1);
    await here.put(key, [rowOf(1)]);
    expect((await there.get(key, [hashOf(0), hashOf(1)])).size).toBe(2);
  });

  test('rows of other shapes live beside each other', async () => {
    const store = await open(await temporaryFolder());
    const bare = { ...rowOf(1), prompt: {}, latents: {}, perTurn: [] };
    const wide = { ...rowOf(2), last: { [hookPoint]: rowOf(2).last[hookPoint]!, 'blocks.20.hook_resid_post': Float32Array.of(1, 2) } };
    await store.put(key, [rowOf(0), bare]);
    await store.put(key, [wide]);
    expect(await store.get(key, [hashOf(0), hashOf(1), hashOf(2)])).toEqual(asMap([rowOf(0), bare, wide]));
  });
});

describe('losses', () => {
  test('come later and are merged in, exactly', async () => {
    const folder = await temporaryFolder();
    const store = await open(folder);
    await store.put(key, rowsFrom(0, 3));
    expect((await store.get(key, [hashOf(1)])).get(hashOf(1))).not.toHaveProperty('loss');
    await store.putLosses(key, [
      { hash: hashOf(1), loss: 1 / 3 },
      { hash: hashOf(7), loss: 2 },
    ]);
    for (const reader of [store, await open(folder)]) {
      const found = await reader.get(key, [0, 1, 2, 7].map(hashOf));
      expect([...found.values()].map(({ loss }) => loss)).toEqual([undefined, 1 / 3, undefined]);
    }
  });

  test('come with push vectors, which a later pass puts', async () => {
    const folder = await temporaryFolder();
    const store = await open(folder);
    await store.put(key, rowsFrom(0, 3));
    const push = { [hookPoint]: Float32Array.of(1e-6, -2, 0.5) };
    await store.putPushes(key, [{ hash: hashOf(1), push }, { hash: hashOf(7), push }]);
    for (const reader of [store, await open(folder)]) {
      const found = await reader.get(key, [0, 1, 7].map(hashOf));
      expect([...found.values()].map(({ push: read }) => read)).toEqual([undefined, roundTripPush(push)]);
    }
  });

  test('that a row brings itself are kept', async () => {
    const store = await open(await temporaryFolder());
    await store.put(key, [{ ...rowOf(0), loss: 0 }, rowOf(1)]);
    await store.putLosses(key, [{ hash: hashOf(1), loss: 5 }]);
    expect([...(await store.get(key, [hashOf(0), hashOf(1)])).values()].map(({ loss }) => loss)).toEqual([0, 5]);
  });
});

describe('the folder', () => {
  test('is made, marked as a cache, and holds the key for people to read', async () => {
    const folder = join(await temporaryFolder(), 'a', 'b');
    const store = await open(folder);
    await store.put(key, [rowOf(0)]);
    expect(await readFile(join(folder, 'CACHEDIR.TAG'), 'utf8')).toMatch(/^Signature: 8a477f597d28d172789f06886806bc55\n/);
    expect(JSON.parse(await readFile(join(folder, keyFolderName(key), 'key.json'), 'utf8'))).toEqual(key);
  });

  test('is counted', async () => {
    const store = await open(await temporaryFolder());
    expect(await store.info()).toEqual({ folder: store.folder, bytes: 0, records: 0, maxBytes: gibibyte });
    await store.put(key, rowsFrom(0, 10));
    await store.put(keyOf('n'), rowsFrom(0, 5));
    await store.putLosses(key, [{ hash: hashOf(0), loss: 1 }]);
    const info = await store.info();
    expect(info.records).toBe(15);
    const sizes = [key, keyOf('n')].map(async (each) => {
      const path = join(store.folder, keyFolderName(each));
      const files = await Promise.all([...(await segmentFiles(store.folder, each)), 'key.json'].map((file) => readFile(join(path, file))));
      return files.reduce((sum, { length }) => sum + length, 0);
    });
    expect(info.bytes).toBe((await Promise.all(sizes)).reduce((a, b) => a + b));
  });

  test('counts and clears the weights that the engine keeps there', async () => {
    const folder = await temporaryFolder();
    const store = await open(folder);
    await mkdir(join(folder, 'weights'));
    const name = `${'a'.repeat(16)}-${'b'.repeat(64)}.safetensors`;
    for (const file of [name, 'mine.safetensors']) await writeFile(join(folder, 'weights', file), 'weights');
    expect((await store.info()).bytes).toBe(7);
    expect((await store.clear()).bytes).toBe(0);
    expect(existsSync(join(folder, 'weights', name))).toBe(false);
    expect(existsSync(join(folder, 'weights', 'mine.safetensors'))).toBe(true);
  });

  test('loses what killed processes left half-written, of weights too, and nothing that is being written', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'weights'));
    const [old, fresh] = ['.tmp-1-0a', '.tmp-2-0b'].map((name) => join(folder, 'weights', name));
    for (const file of [old!, fresh!]) await writeFile(file, 'half');
    const twoHoursAgo = new Date(Date.now() - 7_200_000);
    await utimes(old!, twoHoursAgo, twoHoursAgo);
    await open(folder);
    expect([existsSync(old!), existsSync(fresh!)]).toEqual([false, true]);
  });

  test('is cleared of what the store wrote and of nothing else', async () => {
    const folder = await temporaryFolder();
    const store = await open(folder);
    await store.put(key, rowsFrom(0, 3));
    await store.put(keyOf('n'), rowsFrom(0, 3));
    const foreign = [join(folder, 'thesis.txt'), join(folder, keyFolderName(key), 'notes.parquet')];
    for (const path of foreign) await writeFile(path, 'mine');
    expect(await store.clear()).toEqual({ folder: store.folder, bytes: 0, records: 0, maxBytes: gibibyte });
    expect(foreign.every(existsSync)).toBe(true);
    expect(existsSync(join(folder, keyFolderName(keyOf('n'))))).toBe(false);
    expect(await store.get(key, [hashOf(0)])).toEqual(new Map());
    await store.put(key, [rowOf(0)]);
    expect((await store.get(key, [hashOf(0)])).size).toBe(1);
  });

  test('is by default where the system keeps caches', () => expect(defaultCacheFolder()).toMatch(/persona-lens/));
});

describe('a file of vectors', () => {
  test('goes and comes back with its key and losses', async () => {
    const path = join(await temporaryFolder(), 'reference.parquet');
    const rows = rowsFrom(0, 200).map((row, i) => ({ ...row, loss: i / 7 }));
    await writeVectorsFile(path, key, rows);
    expect(await readVectorsFile(path)).toEqual({ key, rows: roundTrip(rows) });
  });

  test('that is missing or something else is refused by name', async () => {
    const path = join(await temporaryFolder(), 'reference.parquet');
    await expect(readVectorsFile(path)).rejects.toMatchObject({ reason: 'not-found', message: expect.stringContaining(path) as string });
    await writeFile(path, 'something else, long enough to hold a digest and a tail');
    const error: unknown = await readVectorsFile(path).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(StoreError);
    expect(error).toMatchObject({ reason: 'damaged', message: expect.stringContaining(path) as string });
  });
});
