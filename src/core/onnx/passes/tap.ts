import { type Graph, cloneGraph, definedNames } from '../ir/graph';

/**
 * Makes inner values outputs of the graph.
 * @throws if a value does not exist
 */
export function tap(graph: Graph, names: string[]): Graph {
  const defined = definedNames(graph);
  const missing = names.find((name) => !defined.has(name));
  if (missing !== undefined) throw new Error(`the graph has no value named ${missing}`);
  const result = cloneGraph(graph);
  for (const name of names) if (!result.outputs.includes(name)) result.outputs.push(name);
  return result;
}
