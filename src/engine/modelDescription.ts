import { access, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { type Checkpoint, ModelError, blockOf, folderName, hashOfFiles, openCheckpoint, readManifest, residPost, verifyManifest } from '../core/model';
import { FileHashes } from './fileHashes';
import { type MemoryRoom, memoryNeed, refuseTooLarge } from './memoryNeed';
import { readProfile } from './modelProfile';

/** A model's folder: its config and weights, and what is known of it beside them. */
export interface ModelDescription extends Checkpoint {
  folder: string;
  name: string;
  /** SHA-256 over the files that decide its numbers. */
  hash: string;
  precision: string;
  /** What is captured. */
  hookPoint: string;
  /** Median norm of the residual stream there, where it was measured. */
  medianNorm: number | null;
  /** Folder of the SAE that reads it. */
  sae: string | null;
  /** File of the default persona card. */
  card: string | null;
  /** Files of the ordinary rows and their vectors. */
  reference: ReferenceFiles | null;
}

export interface ReferenceFiles {
  rows: string;
  vectors: string;
  pushes: string | null;
}

export interface DescribeOptions {
  /** Where profiles of models without a manifest lie (`ModelProfile`); null where there are none. */
  profiles: string | null;
  /** What to capture of a model without a manifest, instead of what its profile says. */
  hookPoint?: string | null;
  /** Where hashes of large files are kept for the next time. */
  cacheFolder: string | null;
  /** Memory that may be taken: a model that cannot be held in it is refused. Not asked where nothing is loaded. */
  room?: () => MemoryRoom;
}

/**
 * Reads a packaged model (with manifest.json) or any checkpoint folder in the Hugging Face layout.
 * @throws ModelError, TensorFileError
 */
export async function describeModel(folder: string, options: DescribeOptions): Promise<ModelDescription> {
  return (await isPackaged(folder)) ? describePackaged(folder, options) : describeCheckpoint(folder, options);
}

/**
 * The file of a model's default card; null where it has none. A packaged model's files are not checked for it.
 * @throws ModelError, TensorFileError
 */
export async function defaultCardOf(folder: string, options: DescribeOptions): Promise<string | null> {
  if (!(await isPackaged(folder))) return (await describeCheckpoint(folder, options)).card;
  const { card } = await readManifest(folder);
  return card === undefined ? null : join(folder, card);
}

const isPackaged = (folder: string): Promise<boolean> => access(join(folder, 'manifest.json')).then(() => true, () => false);

async function describePackaged(folder: string, { room }: DescribeOptions): Promise<ModelDescription> {
  const manifest = await readManifest(folder);
  const hash = await verifyManifest(folder, manifest);
  const checkpoint = await openCheckpoint(folder);
  const bad = (what: string) => new ModelError('bad-config', `${folder}/manifest.json ${what}.`);
  const [hookPoint] = manifest.captureSet;
  if (hookPoint === undefined) throw bad('names no hook point to capture');
  blockOf(hookPoint, checkpoint.config.blocks);
  if (room) refuseTooLarge(folder, memoryNeed(checkpoint, hookPoint), room());
  const medianNorm = manifest.residualMedianNorm[hookPoint];
  if (medianNorm === undefined) throw bad(`has no residualMedianNorm for ${hookPoint}`);
  const sae = manifest.sae.find((candidate) => candidate.hookPoint === hookPoint);
  const inFolder = (path: string | undefined) => (path === undefined ? null : join(folder, path));
  const { reference } = manifest;
  return {
    ...checkpoint,
    folder,
    name: manifest.name,
    hash,
    precision: manifest.precision,
    hookPoint,
    medianNorm,
    sae: inFolder(sae?.path),
    card: inFolder(manifest.card),
    reference: reference ? { rows: join(folder, reference.rows), vectors: join(folder, reference.vectors), pushes: inFolder(reference.pushes) } : null,
  };
}

/** Files beside the weights that decide a checkpoint's numbers. */
const deciding = new Set(['config.json', 'tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja', 'model.safetensors.index.json']);

async function describeCheckpoint(folder: string, { profiles, cacheFolder, hookPoint: asked = null, room }: DescribeOptions): Promise<ModelDescription> {
  const found = await openCheckpoint(folder);
  const middle = residPost(Math.floor(found.config.blocks / 2));
  if (room) refuseTooLarge(folder, memoryNeed(found, middle), room());
  const hashes = new FileHashes(cacheFolder);
  const present = (await readdir(folder)).filter((name) => deciding.has(name)).map((name) => join(folder, name));
  const hash = hashOfFiles(await Promise.all([...present, ...found.weights.files()].map(async (file) => ({ path: basename(file), sha256: await hashes.of(file) }))));
  // Once more, so that files that were written to meanwhile are seen.
  const checkpoint = await openCheckpoint(folder);
  const profile = profiles === null ? null : await readProfile(profiles, hash);
  const hookPoint = asked ?? profile?.hookPoint ?? middle;
  blockOf(hookPoint, checkpoint.config.blocks);
  return {
    ...checkpoint,
    folder,
    name: profile?.name ?? folderName(folder),
    hash,
    precision: checkpoint.weights.precision(),
    hookPoint,
    medianNorm: profile?.hookPoint === hookPoint ? profile.medianNorm : null,
    sae: null,
    card: profile?.card ?? null,
    reference: profile?.reference ?? null,
  };
}
