import { GraphBuilder } from '../ir/builder';
import { type Graph, cloneGraph } from '../ir/graph';

/** Names that the pooling pass adds for a value. */
export const pooledName = (value: string): string => `${value}.pooled`;
export const poolInput = 'pool';

/**
 * Reduces values `[tokens, dModel]` to weighted sums over tokens inside the graph, so that activations never leave it.
 * Adds the input `pool [pooled_rows, tokens]` (the weights) and for each value the output `<value>.pooled [pooled_rows, dModel]`.
 */
export function pool(graph: Graph, values: string[]): Graph {
  const result = cloneGraph(graph);
  const builder = new GraphBuilder(result, 'pool_');
  builder.input(poolInput, 'float32', ['pooled_rows', 'tokens']);
  for (const value of values) builder.output(builder.op('MatMul', [poolInput, value], {}, pooledName(value)));
  return result;
}
