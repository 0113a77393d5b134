import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { sha256 } from '../../base/hash';
import { listedFiles, verifyFiles } from '../tensors';
import { ModelError } from './errors';

const schema = z.object({
  format: z.literal('persona-lens-model'),
  version: z.literal(1),
  name: z.string(),
  precision: z.string(),
  captureSet: z.array(z.string()).min(1),
  residualMedianNorm: z.record(z.string(), z.number().positive()),
  sae: z.array(z.object({ hookPoint: z.string(), path: z.string() })),
  /** The default persona card, relative to the folder. */
  card: z.string().optional(),
  /** Ordinary rows and their vectors, relative to the folder. */
  reference: z.object({ rows: z.string(), vectors: z.string(), pushes: z.string().optional() }).optional(),
  files: listedFiles,
});

/** What stands beside a packaged model: its name, what is captured, its files with their hashes. */
export type ModelManifest = z.infer<typeof schema>;

/** @throws ModelError `not-found`, `bad-config` */
export async function readManifest(folder: string): Promise<ModelManifest> {
  const file = join(folder, 'manifest.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ModelError('not-found', `${file} is missing: ${folder} is not a packaged model.`);
  });
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new ModelError('bad-config', `${file} is not a model manifest of this version.`, { cause: error });
  }
}

/**
 * Checks every file of a packaged model against its manifest.
 * @returns the model's hash: SHA-256 over the files' hashes
 * @throws TensorFileError `not-found`, `damaged`, `outside`
 */
export async function verifyManifest(folder: string, manifest: ModelManifest): Promise<string> {
  await verifyFiles(folder, manifest.files, 'model');
  return modelHash(manifest);
}

/** A hash of what decides the model's numbers: weights, config, tokenizer and template. */
export function modelHash(manifest: ModelManifest): string {
  return hashOfFiles(manifest.files.filter(({ path }) => /\.(safetensors|json|jinja)$/.test(path)));
}

/** One hash for a set of files, by their names and hashes. */
export function hashOfFiles(files: readonly { path: string; sha256: string }[]): string {
  return sha256(files.map(({ path, sha256: hash }) => `${path} ${hash}\n`).sort().join(''));
}
