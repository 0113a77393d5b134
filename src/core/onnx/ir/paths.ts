import type { Graph, Node } from './graph';

/**
 * Values that depend on `value`, itself among them. What its own operator gives beside it (a fused norm beside the sum
 * that it normalises) counts as well. Nodes stand in topological order, as builders emit them.
 * @param through which operators carry the dependence on; all unless told
 */
export function dependents(graph: Graph, value: string, through: (node: Node) => boolean = () => true): Set<string> {
  const reached = new Set([value]);
  for (const node of graph.nodes) {
    if (node.outputs.includes(value) || (node.inputs.some((input) => reached.has(input)) && through(node))) {
      for (const output of node.outputs) if (output) reached.add(output);
    }
  }
  return reached;
}

/** Values that `value` depends on, itself among them. */
export function ancestors(graph: Graph, value: string): Set<string> {
  const reached = new Set([value]);
  for (const { inputs, outputs } of graph.nodes.toReversed()) {
    if (outputs.some((output) => reached.has(output))) for (const input of inputs) if (input) reached.add(input);
  }
  return reached;
}
