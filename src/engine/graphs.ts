import { finalNorm, headGraph } from '../core/model';
import { type Graph, pool, pooledName, prune } from '../core/onnx';
import { poolLatents, saeValues, traceLatents } from '../core/sae';
import type { LoadedModel } from './loadedModel';

const graphs = {
  vectors: ({ graph, hookPoint, sae, massiveNorm }: LoadedModel) => {
    const pooled = pool(graph, [hookPoint]);
    if (!sae) return prune(pooled, [pooledName(hookPoint)]);
    return prune(poolLatents(pooled, hookPoint, sae, massiveNorm), [pooledName(hookPoint), saeValues.pooled, saeValues.counted]);
  },
  trace: ({ graph, hookPoint, sae }: LoadedModel) =>
    sae
      ? prune(traceLatents(graph, hookPoint, sae), [hookPoint, saeValues.topValue, saeValues.topIndex])
      : prune(graph, [hookPoint]),
  body: ({ graph }: LoadedModel) => prune(graph, [finalNorm]),
  head: ({ config, weights }: LoadedModel) => headGraph(config, weights),
};

export type Purpose = keyof typeof graphs;

/** The graph for a purpose: passes over the whole model, cut to what the purpose needs. */
export const graphFor = (purpose: Purpose, model: LoadedModel): Graph => graphs[purpose](model);
