import { GraphBuilder } from '../ir/builder';
import { type Graph, type Node, cloneGraph } from '../ir/graph';

/**
 * Stored halves that are matrices are cast to fp32 when they are multiplied with, and not when the graph is loaded: memory holds the matrices
 * that are in use instead of a copy of the whole model at twice its bytes. Each cast is tied to what the matrix is multiplied with, so that the
 * runtime can neither fold it nor run it early.
 */
export function castAtUse(graph: Graph): Graph {
  const casts = new Map<string, Node>();
  for (const node of graph.nodes) {
    const dtype = node.op === 'Cast' ? graph.initializers.get(node.inputs[0]!)?.dtype : undefined;
    if (dtype === 'float16' || dtype === 'bfloat16') casts.set(node.outputs[0]!, node);
  }
  const users = new Map<string, Node>();
  for (const node of graph.nodes) for (const input of node.inputs) if (casts.has(input) && !users.has(input)) users.set(input, node);
  // What else reads a matrix before it is multiplied with (a norm of it) has it cast at load.
  const firstUser = new Map([...users].filter(([matrix, { op, inputs }]) => (op === 'Gemm' || op === 'MatMul') && inputs[1] === matrix && inputs[0] !== matrix));

  const result: Graph = { ...cloneGraph(graph), nodes: [] };
  const builder = new GraphBuilder(result, 'late_');
  for (const node of graph.nodes) {
    if (node.op === 'Cast' && firstUser.has(node.outputs[0]!)) continue;
    const [x, matrix] = node.inputs;
    const cast = firstUser.get(matrix!) === node ? casts.get(matrix!)! : undefined;
    if (cast) result.nodes.push({ ...cast, inputs: [after(builder, cast.inputs[0]!, x!)] });
    result.nodes.push(node);
  }
  return result;
}

/** A stored matrix as it is, ready only when x is: a reshape to its own shape, plus none of x's. */
function after(builder: GraphBuilder, stored: string, x: string): string {
  const none = builder.op('Mul', [builder.op('Gather', [builder.op('Shape', [x]), builder.ints(0)]), builder.ints(0)]);
  return builder.op('Reshape', [stored, builder.op('Add', [builder.ints(...builder.graph.initializers.get(stored)!.dims), none])]);
}
