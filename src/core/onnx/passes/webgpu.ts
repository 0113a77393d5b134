import { intAttribute } from '../ir/attributes';
import { GraphBuilder } from '../ir/builder';
import { type Graph, type Node, cloneGraph } from '../ir/graph';
import { groupQueryAttention } from '../unfuse/attention';
import { unfuseContext } from '../unfuse/rule';

/** Writes the replacement of a node with its outputs' names; false leaves the node as it is. */
type Rule = (builder: GraphBuilder, node: Node) => boolean;

/**
 * The same graph in operators that onnxruntime's WebGPU provider has kernels for. What it has none for would run on the
 * processor in the middle of the graph, with a copy there and back.
 * @param plainAttention for adapters that compute the fused operator wrong: its kernel for long rows wants groups of at least 8 threads
 */
export function lowerForWebGpu(graph: Graph, { plainAttention = false } = {}): Graph {
  const result: Graph = { ...cloneGraph(graph), nodes: [] };
  const builder = new GraphBuilder(result, 'webgpu_');
  const { context } = unfuseContext(builder, noMatrix);
  for (const node of graph.nodes) {
    if (plainAttention && node.op === 'GroupQueryAttention') groupQueryAttention(node, context);
    else if (!rules[node.op]?.(builder, node)) result.nodes.push(node);
  }
  return result;
}

const noMatrix = () => {
  throw new Error('attention has no matrix');
};

const rules: Record<string, Rule> = {
  /**
   * WebGPU has no float zero points z. With the fixed one, c = 2^(bits - 1), a weight d (q - z) is d (q - c) + d (c - z), and the second
   * part is the same for a whole block: it meets the sums of x over blocks. x is `[tokens, K]`.
   */
  MatMulNBits(builder, node) {
    const { inputs, outputs } = node;
    const [x, q, scales, zeroPoints] = inputs;
    if (!zeroPoints || builder.graph.initializers.get(zeroPoints)?.dtype === 'uint8') return false;
    const [k, n, bits, block] = ['K', 'N', 'bits', 'block_size'].map((name) => intAttribute(node, name, 0)) as [number, number, number, number];
    const blocks = k / block;
    const centred = builder.contrib('MatMulNBits', [x!, q!, scales!], { K: k, N: n, bits, block_size: block, accuracy_level: intAttribute(node, 'accuracy_level', 0) });
    const offset = builder.op('Mul', [builder.op('Sub', [builder.scalar(2 ** (bits - 1)), zeroPoints]), scales!]);
    const sums = builder.op('ReduceSum', [builder.op('Reshape', [x!, builder.ints(-1, blocks, block)]), builder.ints(2)], { keepdims: 0 });
    builder.op('Gemm', [sums, builder.op('Reshape', [offset, builder.ints(n, blocks)]), centred], { transB: 1 }, outputs[0]);
    return true;
  },
  /** x - max - log(sum(exp(x - max))) over the last axis. */
  LogSoftmax(builder, node) {
    const { inputs, outputs } = node;
    if (intAttribute(node, 'axis', -1) !== -1) return false;
    const last = builder.ints(-1);
    const shifted = builder.op('Sub', [inputs[0]!, builder.op('ReduceMax', [inputs[0]!, last], { keepdims: 1 })]);
    const sum = builder.op('ReduceSum', [builder.op('Exp', [shifted]), last], { keepdims: 1 });
    builder.op('Sub', [shifted, builder.op('Log', [sum])], {}, outputs[0]);
    return true;
  },
};

/**
 * Names of the nodes that are left on the processor: those that work on stored halves before they are cast to fp32, which many adapters cannot (and a
 * table of token embeddings is best kept beside the processor anyway), and sines and cosines, which WGSL allows to be off by 2^-11: over
 * the positions of a row that would turn heads by another angle.
 */
export function processorNodes(graph: Graph): string[] {
  const halves = new Set([...graph.initializers.values()].filter(({ dtype }) => dtype === 'float16' || dtype === 'bfloat16').map(({ name }) => name));
  return graph.nodes.filter((node) => {
    if (node.op === 'Cos' || node.op === 'Sin') return true;
    if (!node.inputs.some((name) => halves.has(name))) return false;
    if (node.op !== 'Cast') for (const name of node.outputs) halves.add(name);
    return true;
  }).map(({ name }) => name);
}
