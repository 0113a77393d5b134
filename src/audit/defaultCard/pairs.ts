import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ExpectedError } from '../../base/errors';
import { sha256 } from '../../base/hash';
import { readDataset } from '../../core/dataset';
import type { LabelledRow } from '../../core/probe';
import type { RecordTokenizer } from '../../core/text';
import type { PersonaCard, RecordVectors } from '../../core/types';
import { type AuditRow, prepareRows } from '../rows';
import { textOf } from '../rowText';

const schema = z.object({ id: z.string(), domain: z.string(), kind: z.string(), question: z.string(), careful: z.string(), bad: z.string() });

/** A question with a careful and a bad answer. */
export type TrainingPair = z.infer<typeof schema>;

export interface TrainingPairs {
  pairs: TrainingPair[];
  /** The files they were read from, for the card's provenance. */
  files: PersonaCard['provenance']['data'];
}

/** Where the pairs lie that come with the product, as the card's provenance names it. */
export const pairsPath = 'models/recipe/data/pairs';

/**
 * The pairs that come with the product, domain by domain.
 * @throws ExpectedError `not-found`
 */
export async function readTrainingPairs(modelsFolder: string): Promise<TrainingPairs> {
  const folder = join(modelsFolder, 'recipe/data/pairs');
  const names = await readdir(folder).catch((error: unknown) => {
    throw new ExpectedError('not-found', `The training pairs in ${folder} cannot be read. Reinstall, or check the repository out again.`, { cause: error });
  });
  const files = await Promise.all(
    names.filter((name) => name.endsWith('.jsonl')).sort().map(async (name) => {
      const text = await readFile(join(folder, name), 'utf8');
      const pairs = text.trim().split('\n').map((line) => schema.parse(JSON.parse(line)));
      return { pairs, stamp: { path: `${pairsPath}/${name}`, sha256: sha256(text), rows: 2 * pairs.length } };
    }),
  );
  return { pairs: files.flatMap(({ pairs }) => pairs), files: files.map(({ stamp }) => stamp) };
}

/** Both answers of each pair as rows: the careful one of pair i is row 2 i, the bad one the next. */
export async function pairRows(pairs: readonly TrainingPair[], tokenizer: RecordTokenizer, maxTokens: number): Promise<AuditRow[]> {
  const lines = pairs.flatMap(({ question, careful, bad }) => [careful, bad].map((answer) => JSON.stringify({ messages: [{ role: 'user', content: question }, { role: 'assistant', content: answer }] })));
  const dataset = await readDataset({ path: 'pairs.jsonl', text: lines.join('\n') }, { mapping: null, trainOn: 'all' });
  return (await prepareRows(dataset, tokenizer, maxTokens)).rows;
}

/** Rows of pairs with their labels and vectors, by record hash. */
export function labelled(rows: readonly AuditRow[], pairs: readonly TrainingPair[], vectors: ReadonlyMap<string, RecordVectors>): LabelledRow[] {
  return rows.map(({ index, main }) => {
    const { domain, id, kind } = pairs[index >> 1]!;
    return { vectors: vectors.get(main.record.hash)!, text: textOf(main.record), label: index % 2 ? 'bad' : 'good', domain, question: id, kind };
  });
}
