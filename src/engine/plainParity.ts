import { silentLogger } from '../base/logger';
import { residPost, residPre } from '../core/model';
import { type Graph, bytesPerElement, prune, unfuse } from '../core/onnx';
import { seeded } from '../core/probe';
import { bareRecord } from './bareRecord';
import { expandedWeights } from './expandedWeights';
import type { LoadedModel } from './loadedModel';
import { OrtSession, type SessionOptions } from './ortSession';
import { packBatch } from './packedBatch';
import { type Parity, cosine } from './selfCheck';

export interface PlainParity extends Parity {
  /** First blocks that were compared. */
  blocks: number;
}

/** Weights in fp32 of the blocks that are compared: bounds what four-bit ones take once they are written out. */
const mostBytes = 1 << 30;

/**
 * A check that needs no reference: the graph that is run, with its fused operators, against the same graph written in plain ones, on the processor. Rows
 * of drawn tokens, of unlike length, must leave every block alike.
 * @param run the graph that is run; the model's own unless told
 * @throws EngineError
 */
export async function plainParity(model: LoadedModel, device: SessionOptions, run: Graph = model.graph): Promise<PlainParity> {
  const { config, weights } = model;
  const bytes = weights.sizes().reduce((sum, size) => sum + 4 * (size.bytes / bytesPerElement[size.dtype]), 0);
  const blocks = Math.min(config.blocks, Math.max(1, Math.floor((mostBytes * config.blocks) / bytes)));
  const hooks = Array.from({ length: blocks }, (_, block) => residPost(block));
  const own = prune(model.graph, hooks);
  const random = seeded(1, 'parity');
  const row = (length: number) => bareRecord(Array.from({ length: Math.min(length, config.maxPositions) }, () => random.below(config.vocabulary)));
  const { feeds, tokens } = packBatch([row(24), row(9)]);

  const expanded = await expandedWeights({ ...model, graph: own, hookPoint: residPre(0) }, null, silentLogger);
  const plain = prune(unfuse(own, residPre(0), expanded).graph, hooks);
  const [got, expected] = [await valuesOf(prune(run, hooks), device), await valuesOf(plain, { ...device, device: 'cpu' })];
  let minCosine = 1;
  for (const hook of hooks) {
    for (let t = 0; t < tokens; t++) {
      const value = cosine(got.get(hook)!, expected.get(hook)!, t * config.dModel, config.dModel);
      minCosine = Number.isNaN(value) ? NaN : Math.min(minCosine, value);
    }
  }
  return { minCosine, tokens, blocks };

  async function valuesOf(graph: Graph, options: SessionOptions): Promise<Map<string, Float32Array>> {
    const session = await OrtSession.create(graph, options);
    try {
      return new Map(Object.entries(await session.run(Object.fromEntries(Object.entries(feeds).filter(([name]) => session.takes(name))))).map(([name, { data }]) => [name, data as Float32Array]));
    } finally {
      await session.release();
    }
  }
}
