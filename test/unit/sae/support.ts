import { join } from 'node:path';
import { type Sae, readSaelens } from '../../../src/core/sae';
import { folderWith } from '../../support/folder';
import { type Tensor, floats, safetensors } from '../../support/safetensors';

export const cfg = {
  architecture: 'topk',
  d_in: 2,
  d_sae: 4,
  k: 2,
  apply_b_dec_to_input: true,
  normalize_activations: 'none',
  rescale_acts_by_decoder_norm: false,
  metadata: { hook_name: 'blocks.0.hook_resid_post' },
};

export const weights: Record<string, Tensor> = {
  W_enc: floats([2, 4], [1, 0, -1, 2, 0, 1, -1, 1]),
  b_enc: floats([4], [0, 0.25, 0.5, -1]),
  W_dec: floats([4, 2], [1, 0, 0, 1, -1, -1, 2, 1]),
  b_dec: floats([2], [1, 0]),
};

/** A folder in SAELens' layout with the tiny SAE, changed as told. */
export function saeFolder(changes: object = {}, tensors: Record<string, Tensor> = weights, files: Record<string, string> = {}): string {
  return folderWith({ 'cfg.json': JSON.stringify({ ...cfg, ...changes }), 'sae_weights.safetensors': safetensors(tensors), ...files });
}

export const tinySae = (changes: object = {}, tensors?: Record<string, Tensor>): Promise<Sae> => readSaelens(saeFolder(changes, tensors));

/** Weights in bf16: the tiny SAE's numbers are exact in it. */
export const halfWeights = (): Record<string, Tensor> =>
  Object.fromEntries(Object.entries(weights).map(([name, { shape, data }]) => [name, { dtype: 'BF16', shape, data: data.filter((_, i) => i % 4 >= 2) }]));

export const weightsFile = (folder: string): string => join(folder, 'sae_weights.safetensors');
