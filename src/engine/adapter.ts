import { basename } from 'node:path';
import { shortHash } from '../base/hash';
import type { Logger } from '../base/logger';
import { attachAdapter, openAdapter } from '../core/model';
import { loraScale } from '../core/onnx';
import type { AdapterSummary } from '../core/types';
import type { LoadedModel } from './loadedModel';
import type { Feed } from './ortSession';

/** A model under an adapter at one scale. */
export interface AdaptedModel {
  /** The same weights; the graph takes the scale as an input. */
  model: LoadedModel;
  summary: AdapterSummary;
  /** What every session is given. */
  feeds: Record<string, Feed>;
}

/**
 * Opens a LoRA adapter of a loaded model.
 * @param scale 0 is the base, 1 the tuned model
 * @throws ModelError, TensorFileError
 */
export async function adaptModel(model: LoadedModel, { folder, scale }: { folder: string; scale: number }, logger: Logger): Promise<AdaptedModel> {
  const adapter = await openAdapter(folder);
  const graph = attachAdapter(model.graph, adapter);
  const { name, hash, base, changes } = adapter;
  logger.info(`adapter of ${changes.length} modules, ${shortHash(hash)}, scale ${scale}`);
  if (base !== null && basename(base).toLowerCase() !== basename(model.name).toLowerCase()) logger.warn(`the adapter says that it was trained on ${base}, and this is ${model.name}: its modules and their shapes fit`);
  return { model: { ...model, graph }, summary: { name, hash, scale }, feeds: { [loraScale]: { data: Float32Array.of(scale), dims: [] } } };
}
