import { GraphBuilder } from '../ir/builder';
import { type Graph, type Node, cloneGraph } from '../ir/graph';
import { unfuseContext } from '../unfuse/rule';
import { sumRules } from '../unfuse/sums';

/**
 * Puts another value in a value's place: what follows, taps and outputs read the new one under the old name. The old one is
 * called `<value>.before_<pass>`. Nodes stay in topological order.
 * @param write writes the value's new maker, with `value` as its output, beside the node that made it before
 * @throws Error if no node makes the value
 */
export function replace(graph: Graph, value: string, pass: string, write: (builder: GraphBuilder, before: string, maker: Node) => void): Graph {
  const apart = withOwnMaker(graph, value);
  const before = `${value}.before_${pass}`;
  const result: Graph = { ...cloneGraph(apart), nodes: [] };
  const builder = new GraphBuilder(result, `${value}.${pass}.`);
  for (const node of apart.nodes) {
    const makes = node.outputs.includes(value);
    result.nodes.push(makes ? { ...node, outputs: [before] } : node);
    if (makes) write(builder, before, node);
  }
  return result;
}

/**
 * The same graph in which a node makes `value` and nothing else: a sum that was fused with its norm stands before the norm, which reads it.
 * @throws Error if no node makes it, or one that cannot be taken apart
 */
export function withOwnMaker(graph: Graph, value: string): Graph {
  const maker = graph.nodes.find(({ outputs }) => outputs.includes(value));
  if (!maker) throw new Error(`no node makes ${value}`);
  if (maker.outputs.filter(Boolean).length === 1) return graph;
  const rule = sumRules[maker.op];
  if (!rule) throw new Error(`${maker.op} makes ${value} with other values and cannot be taken apart`);
  const apart: Graph = { ...cloneGraph(graph), nodes: [] };
  rule(maker, unfuseContext(new GraphBuilder(apart, `${value}.apart.`), noMatrix).context);
  return { ...apart, nodes: graph.nodes.flatMap((node) => (node === maker ? apart.nodes : [node])) };
}

const noMatrix = () => {
  throw new Error('a sum has no matrix');
};
