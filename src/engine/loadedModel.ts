import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shortHash } from '../base/hash';
import { type Logger } from '../base/logger';
import { type ModelConfig, ModelError, type ModelManifest, type Weights, blockOf, llamaGraph, openWeights, parseConfig, readManifest, verifyManifest } from '../core/model';
import type { Graph } from '../core/onnx';
import { type Sae, SaeError, readSaelens } from '../core/sae';

/** A packaged model with its files checked: what graphs are built from. */
export interface LoadedModel {
  folder: string;
  manifest: ModelManifest;
  /** SHA-256 over the files that decide its numbers. */
  hash: string;
  config: ModelConfig;
  weights: Weights;
  /** The whole model up to the final norm. */
  graph: Graph;
  hookPoint: string;
  /** Tokens of a larger norm are outside what an SAE or a heatmap can show: 4 x the median. */
  massiveNorm: number;
  sae: Sae | null;
}

/** @throws ModelError, SaeError, TensorFileError */
export async function loadModel(folder: string, logger: Logger): Promise<LoadedModel> {
  const manifest = await readManifest(folder);
  const hash = await verifyManifest(folder, manifest);
  const configFile = join(folder, 'config.json');
  const config = parseConfig(await readFile(configFile, 'utf8'), configFile);
  const weights = await openWeights(folder);
  const [hookPoint] = manifest.captureSet;
  if (hookPoint === undefined) throw new ModelError('bad-config', `${folder}/manifest.json names no hook point to capture.`);
  blockOf(hookPoint, config.blocks);
  logger.info(`model ${manifest.name}, ${shortHash(hash)}, hook point ${hookPoint}`);
  const median = manifest.residualMedianNorm[hookPoint];
  if (median === undefined) throw new ModelError('bad-config', `${folder}/manifest.json has no residualMedianNorm for ${hookPoint}.`);
  return {
    folder,
    manifest,
    hash,
    config,
    weights,
    graph: llamaGraph(config, weights),
    hookPoint,
    massiveNorm: 4 * median,
    sae: await loadSae(folder, manifest, hookPoint, config),
  };
}

async function loadSae(folder: string, manifest: ModelManifest, hookPoint: string, config: ModelConfig): Promise<Sae | null> {
  const entry = manifest.sae.find((candidate) => candidate.hookPoint === hookPoint);
  if (!entry) return null;
  const sae = await readSaelens(join(folder, entry.path));
  const refuse = (why: string) => new SaeError('wrong-model', `The SAE in ${sae.folder} ${why}. Name an SAE for this model in ${folder}/manifest.json.`);
  const other = sae.madeFor.find((model) => nameOf(model) !== nameOf(manifest.name));
  if (other !== undefined) throw refuse(`was made for the model ${other}, and this is ${manifest.name}: its latents would mean nothing here`);
  if (sae.dIn !== config.dModel) throw refuse(`reads vectors of width ${sae.dIn}, and ${manifest.name} has ${config.dModel}`);
  if (sae.hookPoint !== hookPoint) throw refuse(`was made for ${sae.hookPoint}, and the manifest names it for ${hookPoint}`);
  return sae;
}

/** A model's name without its owner's, which some write before it. */
const nameOf = (model: string): string => model.split('/').at(-1)!.toLowerCase();
