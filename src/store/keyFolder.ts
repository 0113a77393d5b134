import { readdir, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { VectorKey } from '../core/types';
import { canonicalJson, sha256 } from '../base/hash';
import type { SegmentKind } from './columns';
import { makeFolder, writeAtomic } from './disk';
import { errnoOf, isMissing } from './errors';
import { parseSegmentName, segmentFile, type SegmentName } from './segmentName';
import { writeTable } from './segmentWriter';
import { rowsOf, type Table } from './table';

const keyFile = 'key.json';

export const keyFolderName = (key: VectorKey): string => sha256(canonicalJson(key));

/** In order of name; empty where the folder is not there. */
export async function listSegments(folder: string, kind: SegmentKind): Promise<SegmentName[]> {
  const files = await readdir(folder).catch((error: unknown) => {
    if (isMissing(error)) return [];
    throw error;
  });
  return files
    .sort()
    .map(parseSegmentName)
    .filter((name): name is SegmentName => name?.kind === kind);
}

/** Writes a segment. Equal tables give equal names, so two writers of the same rows write one file. */
export async function writeSegmentFile(folder: string, table: Table): Promise<string> {
  const { bytes, digest } = writeTable(table);
  const file = segmentFile(table.kind, rowsOf(table), digest);
  for (let attempt = 1; ; attempt++) {
    try {
      await makeFolder(folder);
      await writeAtomic(folder, file, bytes);
      return file;
    } catch (error) {
      // Another process cleared the cache in between.
      if (!isMissing(error) || attempt === 5) throw error;
    }
  }
}

/** Its time is the key's last use; its text tells people what the folder holds. Only a note: where it fails, nothing else does. */
export async function touchKey(folder: string, key: VectorKey): Promise<void> {
  const path = join(folder, keyFile);
  const now = new Date();
  try {
    await utimes(path, now, now).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
      return writeAtomic(folder, keyFile, `${JSON.stringify(key, null, 2)}\n`);
    });
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
}
