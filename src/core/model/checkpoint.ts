import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from './config';
import { ModelError } from './errors';
import type { ModelConfig } from './modelConfig';
import { type Weights, openWeights } from './weights';

export interface Checkpoint {
  config: ModelConfig;
  weights: Weights;
}

/**
 * A folder's config.json and the headers of its weights; the weights themselves stay on disk.
 * @throws ModelError, TensorFileError
 */
export async function openCheckpoint(folder: string, configName = 'config.json'): Promise<Checkpoint> {
  const file = join(folder, configName);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ModelError('not-found', `${file} cannot be read (${error.code ?? error.message}). Choose the folder that training wrote: config.json lies beside the weights.`, { cause: error });
  });
  const config = parseConfig(text, file);
  const weights = await openWeights(folder);
  return { config, weights: config.optionalPrefix === undefined ? weights : weights.underPrefix(config.optionalPrefix) };
}
