import { access } from 'node:fs/promises';
import { ExpectedError } from '../base/errors';
import { sha256File, shortHash } from '../base/hash';
import { readDataset } from '../core/dataset';
import type { RecordVectors, VectorKey } from '../core/types';
import type { LoadedModel } from '../engine/loadedModel';
import { readPushesFile, readVectorsFile } from '../store';
import { textOf } from './rowText';

/** What every score is set beside: the bundled ordinary rows of a model. */
export interface ReferenceSet {
  /** SHA-256 of its vectors' file, and of the file of push vectors where there is one. */
  hash: string;
  /** Its rows have push vectors. */
  hasPush: boolean;
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
 * @param pushesFile their push vectors; null where there are none
 * @param model whose reference it must be
 * @throws ExpectedError `not-found` when a file is missing, `other-model` when its vectors are another model's
 */
export async function readReference(rowsFile: string, vectorsFile: string, pushesFile: string | null, model: ReferenceModel): Promise<ReferenceSet> {
  for (const file of [rowsFile, vectorsFile, ...(pushesFile === null ? [] : [pushesFile])]) {
    await access(file).catch(() => {
      throw new ExpectedError('not-found', `${file} is missing: scores have nothing to be compared with. Reinstall, or check the repository out again.`);
    });
  }
  const [{ key, rows }, dataset, hash, pushes] = await Promise.all([
    readVectorsFile(vectorsFile),
    readDataset({ path: rowsFile }, { mapping: null, trainOn: 'all' }),
    sha256File(vectorsFile),
    pushesFile === null ? null : Promise.all([readPushesFile(pushesFile), sha256File(pushesFile)]),
  ]);
  refuseOtherModel(key, vectorsFile, model);
  if (pushes) refuseOtherModel(pushes[0].key, pushesFile!, model);
  const vectors = new Map(rows.map((row) => [row.hash, row]));
  for (const { hash: row, push } of pushes?.[0].rows ?? []) {
    const known = vectors.get(row);
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
  return { hash: pushes ? `${hash} ${pushes[1]}` : hash, hasPush: rows.some(({ push }) => push !== undefined), singles, pairs };
}

/** What reference rows must have been read with. */
export type ReferenceModel = Pick<LoadedModel, 'folder' | 'name' | 'hash' | 'sae'>;

/** Vectors of another model, or latents of another SAE, have nothing to do with those that are set beside them. */
function refuseOtherModel(key: VectorKey, file: string, { folder, name, hash, sae }: ReferenceModel): void {
  const refuse = (what: string, found: string, expected: string) =>
    new ExpectedError(
      'other-model',
      `${file} holds reference rows of another ${what} (weights ${found}; ${name} is read with ${expected}): scores would be compared with numbers that mean something else. Name this model's reference set in ${folder}/manifest.json, or make it (models/recipe/make_card.ts).`,
    );
  if (key.model !== hash) throw refuse('model', shortHash(key.model), shortHash(hash));
  if (sae && key.sae !== sae.sha256) throw refuse('SAE', shortHash(key.sae ?? 'none'), shortHash(sae.sha256));
}
