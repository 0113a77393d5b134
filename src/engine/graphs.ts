import { appendLoss, cacheValues, finalNorm, headGraph, lossValues, type ModelConfig, residPost, residualHooks, withCache } from '../core/model';
import { type Graph, pool, pooledName, prune, reverse, unfuse } from '../core/onnx';
import { poolLatents, saeValues, traceLatents } from '../core/sae';
import type { ExpandedWeights } from './expandedWeights';
import type { LoadedModel } from './loadedModel';

const graphs = {
  vectors: ({ graph, hookPoint, sae, massiveNorm }: LoadedModel) => {
    const pooled = pool(graph, [hookPoint]);
    if (!sae) return prune(pooled, [pooledName(hookPoint)]);
    return prune(poolLatents(pooled, hookPoint, sae, massiveNorm ?? Infinity), [pooledName(hookPoint), saeValues.pooled, saeValues.counted]);
  },
  blocks: ({ graph, config }: LoadedModel) => {
    const hooks = Array.from({ length: config.blocks }, (_, block) => residPost(block));
    return prune(pool(graph, hooks), hooks.map(pooledName));
  },
  trace: ({ graph, hookPoint, sae }: LoadedModel) =>
    sae
      ? prune(traceLatents(graph, hookPoint, sae), [hookPoint, saeValues.topValue, saeValues.topIndex])
      : prune(graph, [hookPoint]),
  residuals: ({ graph, config }: LoadedModel) => prune(graph, [...residualHooks(config), finalNorm]),
  body: ({ graph }: LoadedModel) => prune(graph, [finalNorm]),
  cached: ({ graph, config }: LoadedModel) => prune(withCache(graph, config), [finalNorm, ...presentValues(config)]),
  head: ({ config, weights }: LoadedModel) => headGraph(config, weights),
};

const presentValues = ({ blocks }: ModelConfig): string[] =>
  Array.from({ length: blocks }, (_, block) => cacheValues(block).present).flatMap(({ key, value }) => [key, value]);

export type Purpose = keyof typeof graphs;

/** The graph for a purpose: passes over the whole model, cut to what the purpose needs. */
export const graphFor = (purpose: Purpose, model: LoadedModel): Graph => graphs[purpose](model);

/** Names of the push graph's values beside the loss's own. */
export const pushValues = { gradient: 'gradient', pooled: pooledName('gradient') } as const;

/**
 * The loss and its gradient with respect to the residual stream at the hook point, token by token and pooled by row: the
 * whole model in one graph, fused before the hook point and plain after it.
 */
export function pushGraph({ graph, config, weights, hookPoint }: LoadedModel, expanded: ExpandedWeights): Graph {
  const plain = unfuse(graph, hookPoint, expanded);
  const withLoss = appendLoss(plain.graph, config, weights);
  const differentiated = reverse(withLoss.graph, { of: withLoss.terms, by: hookPoint, gradient: pushValues.gradient, recompute: plain.cheap });
  return prune(pool(differentiated, [pushValues.gradient]), [lossValues.nll, pushValues.gradient, pushValues.pooled]);
}
