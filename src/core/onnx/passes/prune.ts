import { type Graph, type Node, cloneGraph } from '../ir/graph';

/**
 * Keeps what the given outputs need and drops every other node, initialiser and input: cutting a model after a hook
 * point is tapping the hook point and pruning to it.
 * @throws if an output is made by no node
 */
export function prune(graph: Graph, outputs: string[]): Graph {
  const makers = new Map<string, Node>();
  for (const node of graph.nodes) for (const output of node.outputs) if (output) makers.set(output, node);
  const missing = outputs.find((name) => !makers.has(name));
  if (missing !== undefined) throw new Error(`no node makes ${missing}`);

  const needed = new Set<string>();
  const kept = new Set<Node>();
  const queue = [...outputs];
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (!name || needed.has(name)) continue;
    needed.add(name);
    const maker = makers.get(name);
    if (!maker || kept.has(maker)) continue;
    kept.add(maker);
    queue.push(...maker.inputs);
  }
  const result = cloneGraph(graph);
  result.nodes = graph.nodes.filter((node) => kept.has(node));
  result.inputs = graph.inputs.filter(({ name }) => needed.has(name));
  result.initializers = new Map([...graph.initializers].filter(([name]) => needed.has(name)));
  result.outputs = [...outputs];
  return result;
}
