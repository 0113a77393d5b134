import { access } from 'node:fs/promises';
import { ExpectedError } from '../base/errors';
import { shortHash } from '../base/hash';
import { readDataset } from '../core/dataset';
import type { RecordVectors, VectorKey } from '../core/types';
import type { LoadedModel } from '../engine/loadedModel';
import { identifyFile, readPushesFile, readVectorsFile } from '../store';
import { textOf } from './rowText';

/** What every score is set beside: the bundled ordinary rows of a model. */
export interface Reference {
  /** SHA-256 of its vectors' file, and of the file of push vectors where there is one. */
  hash: string;
  /** Its rows have push vectors. */
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
 * @param model whose reference it must be
 * @throws ExpectedError `not-found` when a file is missing, `other-model` when its vectors are another model's
 */
export async function openReference(rowsFile: string, vectorsFile: string, pushesFile: string | null, model: ReferenceModel): Promise<Reference> {
  const vectorFiles = [vectorsFile, ...(pushesFile === null ? [] : [pushesFile])];
  for (const file of [rowsFile, ...vectorFiles]) {
    await access(file).catch(() => {
      throw new ExpectedError('not-found', `${file} is missing: scores have nothing to be compared with. Reinstall, or check the repository out again.`);
    });
  }
  const identities = await Promise.all(vectorFiles.map(identifyFile));
  identities.forEach(({ key }, i) => refuseOtherModel(key, vectorFiles[i]!, model));
  let rows: Promise<ReferenceRows> | undefined;
  return { hash: identities.map(({ hash }) => hash).join(' '), hasPush: pushesFile !== null, rows: () => (rows ??= readRows(rowsFile, vectorsFile, pushesFile)) };
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
