import { shortHash } from '../base/hash';
import { type Logger } from '../base/logger';
import { decoderGraph, headGraph, refuseUnread } from '../core/model';
import type { Graph } from '../core/onnx';
import { type Sae, SaeError, readSaelens } from '../core/sae';
import { type DescribeOptions, type ModelDescription, describeModel } from './modelDescription';

/** A model with its files checked: what graphs are built from. */
export interface LoadedModel extends Omit<ModelDescription, 'sae'> {
  /** The whole model up to the final norm. */
  graph: Graph;
  /** Tokens of a larger norm are outside what an SAE or a heatmap can show: 4 x the median; null where that was not measured. */
  massiveNorm: number | null;
  sae: Sae | null;
}

/** @throws ModelError, TensorFileError, SaeError */
export async function loadModel(folder: string, options: DescribeOptions, logger: Logger): Promise<LoadedModel> {
  const model = await describeModel(folder, options);
  logger.info(`model ${model.name}, ${shortHash(model.hash)}, hook point ${model.hookPoint}`);
  const graph = decoderGraph(model.config, model.weights);
  refuseUnread(model, [graph, headGraph(model.config, model.weights)]);
  return {
    ...model,
    graph,
    massiveNorm: model.medianNorm === null ? null : 4 * model.medianNorm,
    sae: model.sae === null ? null : await loadSae(model.sae, model),
  };
}

async function loadSae(folder: string, { name, folder: modelFolder, hookPoint, config }: ModelDescription): Promise<Sae> {
  const sae = await readSaelens(folder);
  const refuse = (why: string) => new SaeError('wrong-model', `The SAE in ${sae.folder} ${why}. Name an SAE for this model in ${modelFolder}/manifest.json.`);
  const other = sae.madeFor.find((model) => nameOf(model) !== nameOf(name));
  if (other !== undefined) throw refuse(`was made for the model ${other}, and this is ${name}: its latents would mean nothing here`);
  if (sae.dIn !== config.dModel) throw refuse(`reads vectors of width ${sae.dIn}, and ${name} has ${config.dModel}`);
  if (sae.hookPoint !== hookPoint) throw refuse(`was made for ${sae.hookPoint}, and the manifest names it for ${hookPoint}`);
  return sae;
}

/** A model's name without its owner's, which some write before it. */
const nameOf = (model: string): string => model.split('/').at(-1)!.toLowerCase();
