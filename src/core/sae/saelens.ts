import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { sha256File } from '../../base/hash';
import { isPlainFloat, readSafetensorsHeader } from '../tensors';
import { SaeError } from './errors';
import { parseJson } from './json';
import { verifiedManifest } from './manifest';
import type { Sae } from './sae';

const config = z.object({
  architecture: z.string(),
  d_in: z.number().int().positive(),
  d_sae: z.number().int().positive(),
  k: z.number().int().positive().optional(),
  apply_b_dec_to_input: z.boolean().default(true),
  normalize_activations: z.string().default('none'),
  rescale_acts_by_decoder_norm: z.boolean().default(false),
  metadata: z.object({ hook_name: z.string(), model_name: z.string().optional() }),
});

const tensorNames = ['W_enc', 'b_enc', 'W_dec', 'b_dec'];

/**
 * Reads a SAELens folder (version 6 layout): cfg.json and sae_weights.safetensors.
 * A rule that is not known here is refused, never guessed; where a manifest.json lists the files, they are checked against it.
 * @throws SaeError, TensorFileError
 */
export async function readSaelens(folder: string): Promise<Sae> {
  const file = join(folder, 'cfg.json');
  const text = await readFile(file, 'utf8').catch(() => {
    throw new SaeError('not-found', `${file} is missing. Choose the folder that holds cfg.json and sae_weights.safetensors.`);
  });
  const cfg = parseJson(text, config, file, 'a SAELens configuration of version 6 or later');
  if (cfg.architecture !== 'topk') throw new SaeError('unknown-rule', `${file}: architecture "${cfg.architecture}" is not supported yet. Supported: topk.`);
  if (cfg.k === undefined) throw new SaeError('bad-config', `${file}: a topk SAE without k. Add the k it was trained with.`);
  if (cfg.k > cfg.d_sae) throw new SaeError('bad-config', `${file}: k is ${cfg.k}, and there are ${cfg.d_sae} latents.`);
  if (cfg.normalize_activations !== 'none' || cfg.rescale_acts_by_decoder_norm)
    throw new SaeError('unknown-rule', `${file}: input normalisation "${cfg.normalize_activations}" or rescaling by decoder norms is not supported yet.`);

  const manifest = await verifiedManifest(folder);
  const weightsFile = join(folder, 'sae_weights.safetensors');
  const tensors = await readSafetensorsHeader(weightsFile);
  const foreign = [...tensors.keys()].find((name) => !tensorNames.includes(name));
  if (foreign !== undefined) throw new SaeError('bad-weights', `${weightsFile} holds ${foreign}, which is no part of a topk SAE. cfg.json and the weights do not belong together.`);
  const get = (name: string, shape: number[]) => {
    const tensor = tensors.get(name);
    if (!tensor || tensor.shape.join() !== shape.join())
      throw new SaeError('bad-weights', `${weightsFile}: ${name} is ${tensor ? `[${tensor.shape.join(', ')}]` : 'missing'}, and cfg.json asks for [${shape.join(', ')}].`);
    if (!isPlainFloat(tensor.dtype)) throw new SaeError('bad-weights', `${weightsFile}: ${name} is of type ${tensor.dtype}. Supported: fp32, fp16, bf16.`);
    return tensor;
  };
  return {
    name: basename(folder),
    folder,
    madeFor: [cfg.metadata.model_name, manifest?.model].filter((model) => model !== undefined),
    stated: manifest?.measured.selfCheck ?? null,
    sha256: await sha256File(weightsFile),
    hookPoint: cfg.metadata.hook_name,
    dIn: cfg.d_in,
    latents: cfg.d_sae,
    rule: { kind: 'topk', k: cfg.k },
    subtractDecoderBias: cfg.apply_b_dec_to_input,
    encoder: get('W_enc', [cfg.d_in, cfg.d_sae]),
    encoderBias: get('b_enc', [cfg.d_sae]),
    decoderBias: get('b_dec', [cfg.d_in]),
    decoder: get('W_dec', [cfg.d_sae, cfg.d_in]),
    names: await readNames(folder),
  };
}

/** Latent names, from names.json beside the weights where there is one: `{"3162": "villain's exclamation"}`. */
async function readNames(folder: string): Promise<Map<number, string>> {
  const file = join(folder, 'names.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return new Map();
  const names = parseJson(text, z.record(z.string().regex(/^\d+$/), z.string()), file, 'a list of latent names');
  return new Map(Object.entries(names).map(([index, name]) => [Number(index), name]));
}
