import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { RecordVectors, VectorKey } from '../core/types';
import { writeAtomic } from './disk';
import { storeError } from './errors';
import { type KeyedRows, readSegment, writeSegment } from './segment';

/** A set of rows as one file, such as the bundled reference set: a segment under a name of its own. */
export async function writeVectorsFile(path: string, key: VectorKey, rows: RecordVectors[]): Promise<void> {
  try {
    await writeAtomic(dirname(path), basename(path), writeSegment(key, rows));
  } catch (error) {
    throw storeError(error, 'write', path, '.');
  }
}

/** @throws StoreError `not-found`, `damaged` */
export async function readVectorsFile(path: string): Promise<KeyedRows> {
  const bytes = await readFile(path).catch((error: unknown) => {
    throw storeError(error, 'read', path, '.');
  });
  return readSegment(bytes, path);
}
