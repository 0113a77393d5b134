import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { sha256 } from '../base/hash';
import type { RecordVectors, VectorKey } from '../core/types';
import { writeAtomic } from './disk';
import { storeError } from './errors';
import type { RowPush } from './pushes';
import { type KeyedRows, readKey, readPushSegment, readSegment, writePushSegment, writeSegment } from './segment';

/** A set of rows as one file, such as the bundled reference set: a segment under a name of its own. */
export const writeVectorsFile = (path: string, key: VectorKey, rows: RecordVectors[]): Promise<void> => write(path, writeSegment(key, rows));

/** Push vectors of such a set, in a file of their own. */
export const writePushesFile = (path: string, key: VectorKey, rows: RowPush[]): Promise<void> => write(path, writePushSegment(key, rows));

/**
 * What a file of vectors or push vectors is, without its rows: the key they were made under, and the file's SHA-256.
 * @throws StoreError `not-found`, `damaged`
 */
export async function identifyFile(path: string): Promise<{ key: VectorKey; hash: string }> {
  const bytes = await read(path);
  return { key: await readKey(bytes, path), hash: sha256(bytes) };
}

/** @throws StoreError `not-found`, `damaged` */
export const readVectorsFile = async (path: string): Promise<KeyedRows> => readSegment(await read(path), path);

/** @throws StoreError `not-found`, `damaged` */
export const readPushesFile = async (path: string): Promise<{ key: VectorKey; rows: RowPush[] }> => readPushSegment(await read(path), path);

async function write(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeAtomic(dirname(path), basename(path), bytes);
  } catch (error) {
    throw storeError(error, 'write', path, '.');
  }
}

async function read(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: unknown) => {
    throw storeError(error, 'read', path, '.');
  });
}
