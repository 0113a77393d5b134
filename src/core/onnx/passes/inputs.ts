import { GraphBuilder } from '../ir/builder';
import { type Graph, type GraphInput, cloneGraph } from '../ir/graph';

/**
 * The graph with further fp32 inputs: true ones, since a constant that an input could override silently is not overridden.
 * @throws Error if a value has such a name already
 */
export function declaring(graph: Graph, inputs: Record<string, GraphInput['dims']>): Graph {
  const result = cloneGraph(graph);
  const builder = new GraphBuilder(result);
  for (const [name, dims] of Object.entries(inputs)) builder.input(name, 'float32', dims);
  return result;
}
