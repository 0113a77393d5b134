import { copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError, messageOf } from '../../base/errors';
import { readDataset } from '../../core/dataset';
import type { PersonaCard, RecordVectors, VectorKey } from '../../core/types';
import { residPost } from '../../core/model';
import { tokenNorms } from '../../core/probe';
import { profileFiles, profileText } from '../../engine/modelProfile';
import { writePushesFile, writeVectorsFile } from '../../store';
import { type AuditRow, prepareRows } from '../rows';
import { bestBlock, separations } from './chooseBlock';
import { type CardEngine, type CardHooks, fillBlockMeans, fillVectors } from './fill';
import { type TrainingPairs, pairRows } from './pairs';
import { cardSeed, trainDefaultCard } from './trainCard';

export interface ProfileInput {
  /** Opens the model at a hook point; null where its profile, or nothing, says. The one before is closed. */
  open(hookPoint: string | null): Promise<CardEngine & { key: VectorKey }>;
  pairs: TrainingPairs;
  /** The ordinary rows that come with the product. */
  ordinary: string;
  profiles: string;
  hookPoint: string | null;
  maxTokens: number;
  software: string;
  hooks: CardHooks;
}

export interface MadeProfile {
  model: string;
  folder: string;
  card: PersonaCard;
  hookPoint: string;
  separations: number[] | null;
  referenceRows: number;
}

/** Rows whose tokens' norms are looked at for the median. */
const normRows = 24;

/**
 * Makes what a model lacks that came without a manifest: picks the block where training domains held out of each other separate best, trains
 * and evaluates the default card there, reads the ordinary rows, and writes all of it into the model's profile.
 * @throws ExpectedError, EngineError, CancelledError
 */
export async function makeProfile(input: ProfileInput): Promise<MadeProfile> {
  const { open, pairs, ordinary, maxTokens, software, hooks } = input;
  const chosen = input.hookPoint === null ? await chooseHookPoint(await open(null), pairs, maxTokens, hooks) : { hookPoint: input.hookPoint, separations: null };
  const opened = await open(chosen.hookPoint);
  const card = await trainDefaultCard(opened, pairs, maxTokens, software, hooks);
  const { rows } = await prepareRows(await readDataset({ path: ordinary }, { mapping: null, trainOn: 'all' }), opened.tokenizer, maxTokens, hooks.signal);
  const vectors = await fillVectors(opened, rows, hooks);
  const medianNorm = await medianNormOf(opened, rows, hooks);
  const { model } = opened.engine;
  const folder = await write(input.profiles, { name: model.name, hash: model.hash, hookPoint: chosen.hookPoint, medianNorm, card, ordinary, key: opened.key, vectors: [...vectors.values()] });
  return { model: model.name, folder, card, ...chosen, referenceRows: rows.length };
}

async function chooseHookPoint({ engine, tokenizer }: CardEngine, { pairs }: TrainingPairs, maxTokens: number, hooks: CardHooks): Promise<{ hookPoint: string; separations: number[] }> {
  const rows = await pairRows(pairs, tokenizer, maxTokens);
  const means = await fillBlockMeans(engine, rows, hooks);
  const grouped = rows.map(({ index }) => {
    const { domain, id } = pairs[index >> 1]!;
    return { label: index % 2 ? 'bad' : 'good', domain, question: id } as const;
  });
  const found = separations(grouped, means, cardSeed);
  return { hookPoint: residPost(bestBlock(found).block), separations: found.map(({ auroc }) => auroc) };
}

/** Median norm of the residual stream at the hook point over the tokens of some ordinary rows, first positions left out. */
async function medianNormOf({ engine }: CardEngine, rows: readonly AuditRow[], { signal }: CardHooks): Promise<number> {
  const norms: number[] = [];
  const every = Math.max(1, Math.floor(rows.length / normRows));
  for (const { main } of rows.filter((_, i) => i % every === 0)) norms.push(...tokenNorms(await engine.trace(main.tokens, signal)).subarray(1));
  norms.sort((a, b) => a - b);
  return norms[norms.length >> 1]!;
}

interface Written {
  name: string;
  hash: string;
  hookPoint: string;
  medianNorm: number;
  card: PersonaCard;
  ordinary: string;
  key: VectorKey;
  vectors: RecordVectors[];
}

/** All files or none: they are written beside and renamed into place together. */
async function write(profiles: string, { name, hash, hookPoint, medianNorm, card, ordinary, key, vectors }: Written): Promise<string> {
  const target = profileFiles(profiles, hash).folder;
  const beside = join(profiles, `.new-${process.pid}`);
  const files = profileFiles(beside, hash);
  try {
    await rm(beside, { recursive: true, force: true });
    await mkdir(files.folder, { recursive: true });
    await writeFile(files.card, `${JSON.stringify(card)}\n`);
    await copyFile(ordinary, files.rows);
    await writeVectorsFile(files.vectors, key, vectors);
    await writePushesFile(files.pushes, key, vectors.flatMap(({ hash: row, push }) => (push ? [{ hash: row, push }] : [])));
    await writeFile(files.profile, profileText(hash, { name, hookPoint, medianNorm }));
    await rm(target, { recursive: true, force: true });
    await rename(files.folder, target);
    return target;
  } catch (error) {
    throw new ExpectedError('not-written', `The default card cannot be written into ${target}: ${messageOf(error)}. What was computed is in the cache: free space or make the folder writable, and run the command again.`, { cause: error });
  } finally {
    await rm(beside, { recursive: true, force: true }).catch(() => undefined);
  }
}
