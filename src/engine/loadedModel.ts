import { join } from 'node:path';
import { type Logger } from '../base/logger';
import { type ModelConfig, ModelError, type ModelManifest, type Weights, blockOf, decoderGraph, openCheckpoint, readManifest, verifyManifest } from '../core/model';
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

/** @throws ModelError, SaeError */
export async function loadModel(folder: string, logger: Logger): Promise<LoadedModel> {
  const manifest = await readManifest(folder);
  const hash = await verifyManifest(folder, manifest);
  const { config, weights } = await openCheckpoint(folder);
  const [hookPoint] = manifest.captureSet;
  if (hookPoint === undefined) throw new ModelError('bad-config', `${folder}/manifest.json names no hook point to capture.`);
  blockOf(hookPoint, config.blocks);
  logger.info(`model ${manifest.name}, ${hash.slice(0, 12)}, hook point ${hookPoint}`);
  const median = manifest.residualMedianNorm[hookPoint];
  if (median === undefined) throw new ModelError('bad-config', `${folder}/manifest.json has no residualMedianNorm for ${hookPoint}.`);
  return {
    folder,
    manifest,
    hash,
    config,
    weights,
    graph: decoderGraph(config, weights),
    hookPoint,
    massiveNorm: 4 * median,
    sae: await loadSae(folder, manifest, hookPoint, config),
  };
}

async function loadSae(folder: string, manifest: ModelManifest, hookPoint: string, config: ModelConfig): Promise<Sae | null> {
  const entry = manifest.sae.find((candidate) => candidate.hookPoint === hookPoint);
  if (!entry) return null;
  const sae = await readSaelens(join(folder, entry.path));
  if (sae.dIn !== config.dModel) throw new SaeError('wrong-model', `${sae.name} reads vectors of width ${sae.dIn}, and ${manifest.name} has ${config.dModel}. Choose an SAE made for this model.`);
  if (sae.hookPoint !== hookPoint) throw new SaeError('wrong-model', `${sae.name} was made for ${sae.hookPoint}, and the manifest names it for ${hookPoint}.`);
  return sae;
}
