import { access } from 'node:fs/promises';
import { ExpectedError } from '../base/errors';
import { sha256File } from '../base/hash';
import { readDataset } from '../core/dataset';
import type { RecordVectors } from '../core/types';
import { readPushesFile, readVectorsFile } from '../store';
import { textOf } from './rowText';

/** What every score is set beside: the bundled ordinary rows of a model. */
export interface Reference {
  /** SHA-256 of its vectors' file, and of the file of push vectors where there is one. */
  hash: string;
  /** Rows have push vectors, all but the longest. */
  hasPush: boolean;
  /** Read when first asked for: where all that they give is in the cache, nobody asks. */
  rows(): Promise<ReferenceRows>;
}

export interface ReferenceRows {
  singles: ReferenceRow[];
  pairs: { chosen: ReferenceRow; rejected: ReferenceRow }[];
}

export interface ReferenceRow {
  vectors: RecordVectors;
  /** The response's text, for the text classifier. */
  response: string;
}

/**
 * Opens a reference set: the rows and their vectors, which were made by this product's own engine.
 * @param pushesFile their push vectors; null where there are none
 * @throws ExpectedError `not-found` when a file is missing
 */
export async function openReference(rowsFile: string, vectorsFile: string, pushesFile: string | null): Promise<Reference> {
  for (const file of [rowsFile, vectorsFile, ...(pushesFile === null ? [] : [pushesFile])]) {
    await access(file).catch(() => {
      throw new ExpectedError('not-found', `${file} is missing: scores have nothing to be compared with. Reinstall, or check the repository out again.`);
    });
  }
  const hashes = await Promise.all([vectorsFile, ...(pushesFile === null ? [] : [pushesFile])].map(sha256File));
  let rows: Promise<ReferenceRows> | undefined;
  return { hash: hashes.join(' '), hasPush: pushesFile !== null, rows: () => (rows ??= readRows(rowsFile, vectorsFile, pushesFile)) };
}

async function readRows(rowsFile: string, vectorsFile: string, pushesFile: string | null): Promise<ReferenceRows> {
  const [{ rows }, dataset, pushes] = await Promise.all([
    readVectorsFile(vectorsFile),
    readDataset({ path: rowsFile }, { mapping: null, trainOn: 'all' }),
    pushesFile === null ? null : readPushesFile(pushesFile),
  ]);
  const vectors = new Map(rows.map((row) => [row.hash, row]));
  for (const { hash, push } of pushes?.rows ?? []) {
    const known = vectors.get(hash);
    if (known) known.push = push;
  }
  const singles: ReferenceRow[] = [];
  const sides = new Map<number, { chosen?: ReferenceRow; rejected?: ReferenceRow }>();
  for (const record of dataset.records) {
    const found = vectors.get(record.hash);
    if (!found) continue;
    const row = { vectors: found, response: textOf(record).response };
    if (!record.side) singles.push(row);
    else sides.set(record.index, { ...sides.get(record.index), [record.side]: row });
  }
  const pairs = [...sides.values()].flatMap(({ chosen, rejected }) => (chosen && rejected ? [{ chosen, rejected }] : []));
  return { singles, pairs };
}
