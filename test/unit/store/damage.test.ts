import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { roundTrip, VectorStore } from '../../../src/store';
import { keyFolderName } from '../../../src/store/keyFolder';
import { gibibyte, hashOf, keyOf, recordingLogger, rowOf, rowsFrom, segmentFiles, temporaryFolder } from './support';

const key = keyOf('m');
const all = rowsFrom(0, 8).map(({ hash }) => hash);
const stored = (first: number, count: number) => new Map(roundTrip(rowsFrom(first, count)).map((row) => [row.hash, row]));

let folder: string;
let keyFolder: string;
/** Two segments: rows 0 to 4, and 4 to 8. */
let files: [string, string];

beforeEach(async () => {
  folder = await temporaryFolder();
  keyFolder = join(folder, keyFolderName(key));
  const store = await VectorStore.open({ folder, maxBytes: gibibyte });
  await store.put(key, rowsFrom(0, 4));
  const [first] = await segmentFiles(folder, key);
  await store.put(key, rowsFrom(4, 4));
  files = [join(keyFolder, first!), join(keyFolder, (await segmentFiles(folder, key)).find((file) => file !== first)!)];
});

async function reader() {
  const logger = recordingLogger();
  return { logger, store: await VectorStore.open({ folder, maxBytes: gibibyte, logger }) };
}

async function flip(path: string, at: number) {
  const bytes = await readFile(path);
  bytes[at < 0 ? bytes.length + at : at]! ^= 0x10;
  await writeFile(path, bytes);
}

describe('a damaged segment is removed with a warning, the others serve', () => {
  test.each<[string, (path: string) => Promise<void>]>([
    ['empty', (path) => truncate(path, 0)],
    ['a few bytes', (path) => truncate(path, 20)],
    ['cut in the middle', async (path) => truncate(path, (await readFile(path)).length >> 1)],
    ['cut by one byte', async (path) => truncate(path, (await readFile(path)).length - 1)],
    ['a bit of a vector', async (path) => flip(path, (await readFile(path)).indexOf(Buffer.from(hashOf(0), 'hex')) + 600)],
    ['a bit of a hash', async (path) => flip(path, (await readFile(path)).indexOf(Buffer.from(hashOf(0), 'hex')))],
    ['a bit of the metadata', (path) => flip(path, -100)],
    ['a bit of the length of the metadata', (path) => flip(path, -7)],
    ['zeros of the right length', async (path) => writeFile(path, new Uint8Array((await readFile(path)).length))],
    ['text', (path) => writeFile(path, 'this is no Parquet file but it has some length, enough to hold a tail')],
    ['the other segment under its name', async (path) => writeFile(path, await readFile(files[1]))],
  ])('%s', async (_, damage) => {
    await damage(files[0]);
    const { store, logger } = await reader();
    expect(await store.get(key, all)).toEqual(stored(4, 4));
    expect(logger.warnings).toEqual([expect.stringMatching(/^The cache file vectors-.* is damaged .* and is removed/)]);
    expect(existsSync(files[0])).toBe(false);
    await store.put(key, rowsFrom(0, 4));
    expect(await store.get(key, all)).toEqual(stored(0, 8));
  });
});

test('damage after the segment was loaded is seen when it is read', async () => {
  const { store, logger } = await reader();
  expect((await store.get(key, all)).size).toBe(8);
  await flip(files[0], (await readFile(files[0])).indexOf(Buffer.from(hashOf(3), 'hex')) + 600);
  expect(await store.get(key, all)).toEqual(stored(4, 4));
  expect(logger.warnings).toHaveLength(1);
});

test('a damaged group costs its own rows, and nothing as long as nobody asks for them', async () => {
  const { store, logger } = await reader();
  const other = keyOf('large');
  await store.put(other, rowsFrom(0, 300));
  const path = join(folder, keyFolderName(other), (await segmentFiles(folder, other))[0]!);
  await flip(path, (await readFile(path)).lastIndexOf(Buffer.from(hashOf(299), 'hex')) + 600);
  expect((await store.get(other, [hashOf(5)])).get(hashOf(5))).toEqual(roundTrip([rowOf(5)])[0]);
  expect(logger.warnings).toEqual([]);
  const found = await store.get(other, [hashOf(5), hashOf(299)]);
  expect([...found.keys()]).toEqual([hashOf(5)]);
  expect(logger.warnings).toHaveLength(1);
});

test('a segment of another key is not believed', async () => {
  const { store, logger } = await reader();
  const other = keyOf('n');
  await store.put(other, [rowOf(20)]);
  await rename(files[0], join(folder, keyFolderName(other), files[0].slice(keyFolder.length + 1)));
  expect([...(await store.get(other, [...all, hashOf(20)])).keys()]).toEqual([hashOf(20)]);
  expect(logger.warnings).toEqual([expect.stringMatching(/another key/)]);
});

test('foreign files are left alone and in silence', async () => {
  const digest = 'a'.repeat(64);
  const foreign = ['.DS_Store', 'x.parquet', 'vectors-v1-4-abc.parquet', `vectors-v2-4-${digest}.parquet`, `futures-v1-4-${digest}.parquet`, 'vectors (1).parquet'];
  for (const file of foreign) await writeFile(join(keyFolder, file), 'foreign');
  await writeFile(join(keyFolder, 'key.json'), 'not json');
  await mkdir(join(folder, 'b'.repeat(64)));
  await writeFile(join(folder, 'notes.txt'), 'foreign');
  const { store, logger } = await reader();
  expect(await store.get(key, all)).toEqual(stored(0, 8));
  expect((await store.info()).records).toBe(8);
  expect(logger.warnings).toEqual([]);
  expect(foreign.every((file) => existsSync(join(keyFolder, file)))).toBe(true);
});

test('a segment that cannot be read is passed over and stays', async () => {
  const folderInItsPlace = join(keyFolder, `vectors-v1-4-${'c'.repeat(64)}.parquet`);
  await mkdir(folderInItsPlace);
  const { store, logger } = await reader();
  expect((await store.get(key, all)).size).toBe(8);
  expect(logger.warnings).toEqual([expect.stringMatching(/cannot be read \(EISDIR\)/)]);
  expect(existsSync(folderInItsPlace)).toBe(true);
});

test('compaction leaves a damaged segment out and keeps the rest', async () => {
  const { store, logger } = await reader();
  await flip(files[0], (await readFile(files[0])).indexOf(Buffer.from(hashOf(0), 'hex')) + 600);
  for (let i = 8; i < 23; i++) await store.put(key, [rowOf(i)]);
  expect(await segmentFiles(folder, key)).toHaveLength(1);
  expect(logger.warnings).toHaveLength(1);
  expect(await store.get(key, rowsFrom(0, 23).map(({ hash }) => hash))).toEqual(stored(4, 19));
});
