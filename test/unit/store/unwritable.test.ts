import { chmod, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { StoreError, VectorStore } from '../../../src/store';
import { storeError } from '../../../src/store/errors';
import { keyFolderName } from '../../../src/store/keyFolder';
import { gibibyte, keyOf, recordingLogger, rowOf, temporaryFolder } from './support';

const key = keyOf('m');
const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => null,
    (error: unknown) => error,
  );

describe('a folder that cannot be used says so, where, and what to do', () => {
  test('a file in its place, or above it', async () => {
    const file = join(await temporaryFolder(), 'cache');
    await writeFile(file, 'mine');
    for (const folder of [file, join(file, 'below')]) {
      const error = await thrownBy(VectorStore.open({ folder, maxBytes: gibibyte }));
      expect(error).toBeInstanceOf(StoreError);
      expect(error).toMatchObject({ reason: 'not-a-folder', message: expect.stringContaining(folder) as string });
      expect((error as Error).message).toMatch(/choose another cache folder/);
    }
  });

  test.skipIf(process.getuid?.() === 0 || process.platform === 'win32')('a folder without write permission', async () => {
    const folder = await temporaryFolder();
    await chmod(folder, 0o500);
    expect(await thrownBy(VectorStore.open({ folder, maxBytes: gibibyte }))).toMatchObject({ reason: 'not-writable' });
    await chmod(folder, 0o700);
  });

  test.skipIf(process.platform !== 'linux')('a folder that takes no folders', async () => {
    expect(await thrownBy(VectorStore.open({ folder: '/proc/cache/below', maxBytes: gibibyte }))).toMatchObject({ reason: 'not-found' });
  });

  test.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EROFS', 'not-writable'],
    ['EACCES', 'not-writable'],
    ['EIO', 'failed'],
  ])('%s is %s', (code, reason) => {
    const error = storeError(Object.assign(new Error(code), { code }), 'use the cache folder', '/somewhere');
    expect(error).toMatchObject({ reason, message: expect.stringMatching(`^Cannot use the cache folder /somewhere: .*\\(${code}\\)\\. `) as string });
  });

  test('a bug stays a bug', () => {
    const bug = new TypeError('x');
    expect(storeError(bug, 'use', '/somewhere')).toBe(bug);
  });
});

test('writing fails once: after that the audit goes on without a cache, and reading still works', async () => {
  const folder = await temporaryFolder();
  const logger = recordingLogger();
  const store = await VectorStore.open({ folder, maxBytes: gibibyte, logger });
  await store.put(keyOf('other'), [rowOf(0)]);
  const inItsPlace = join(folder, keyFolderName(key));
  await writeFile(inItsPlace, 'a file where the key folder belongs');
  expect(await thrownBy(store.put(key, [rowOf(0)]))).toMatchObject({ reason: 'not-a-folder', message: expect.stringContaining(store.folder) as string });
  await store.put(key, [rowOf(1)]);
  await store.putLosses(key, [{ hash: rowOf(0).hash, loss: 1 }]);
  await rm(inItsPlace);
  await store.put(key, [rowOf(2)]);
  expect((await store.info()).records).toBe(1);
  expect((await store.get(keyOf('other'), [rowOf(0).hash])).size).toBe(1);
  expect((await store.get(key, [rowOf(2).hash])).size).toBe(0);
});

test('a bug in a row does not stop the writing', async () => {
  const store = await VectorStore.open({ folder: await temporaryFolder(), maxBytes: gibibyte });
  await expect(store.put(key, [{ ...rowOf(0), hash: 'x' }])).rejects.toThrow(/SHA-256/);
  await store.put(key, [rowOf(0)]);
  expect((await store.info()).records).toBe(1);
});
