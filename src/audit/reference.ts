import { access } from 'node:fs/promises';
import { ExpectedError } from '../base/errors';
import { sha256File } from '../base/hash';
import { readDataset } from '../core/dataset';
import type { RecordVectors } from '../core/types';
import { readVectorsFile } from '../store';
import { textOf } from './rowText';

/** What every score is set beside: the bundled ordinary rows of a model. */
export interface ReferenceSet {
  /** SHA-256 of its vectors' file. */
  hash: string;
  singles: ReferenceRow[];
  pairs: { chosen: ReferenceRow; rejected: ReferenceRow }[];
}

export interface ReferenceRow {
  vectors: RecordVectors;
  /** The response's text, for the text classifier. */
  response: string;
}

/**
 * Reads a reference set: the rows and their vectors, which were made by this product's own engine.
 * @throws ExpectedError `not-found` when a file is missing
 */
export async function readReference(rowsFile: string, vectorsFile: string): Promise<ReferenceSet> {
  for (const file of [rowsFile, vectorsFile]) {
    await access(file).catch(() => {
      throw new ExpectedError('not-found', `${file} is missing: scores have nothing to be compared with. Reinstall, or check the repository out again.`);
    });
  }
  const [{ rows }, dataset, hash] = await Promise.all([
    readVectorsFile(vectorsFile),
    readDataset({ path: rowsFile }, { mapping: null, trainOn: 'all' }),
    sha256File(vectorsFile),
  ]);
  const vectors = new Map(rows.map((row) => [row.hash, row]));
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
  return { hash, singles, pairs };
}
