import { floatAttribute, intAttribute } from '../ir/attributes';
import { GraphBuilder } from '../ir/builder';
import { type Graph, type Initializer, type Node, cloneGraph } from '../ir/graph';
import { dependents } from '../ir/paths';
import { groupQueryAttention, rotaryEmbedding } from './attention';
import { sumRules } from './sums';
import { type UnfuseRule, unfuseContext } from './rule';

/** x (1 + f) / 2 with f = erf(x / sqrt 2), or f = tanh(sqrt(2 / pi) (x + 0.044715 x^3)) (arXiv 1606.08415). */
const gelu: UnfuseRule = (node, { builder, cheap }) => {
  const x = node.inputs[0]!;
  const op = (type: string, inputs: string[], output?: string) => cheap(builder.op(type, inputs, {}, output));
  const approximate = node.attributes['approximate'];
  const bent = () => {
    if (approximate?.kind !== 'string' || approximate.value === 'none') return op('Erf', [op('Mul', [x, builder.scalar(Math.SQRT1_2)])]);
    const grown = op('Add', [op('Mul', [op('Mul', [x, x]), builder.scalar(0.044715)]), builder.scalar(1)]);
    return op('Tanh', [op('Mul', [op('Mul', [x, grown]), builder.scalar(Math.sqrt(2 / Math.PI))])]);
  };
  const half = op('Mul', [x, builder.scalar(0.5)]);
  op('Mul', [half, op('Add', [bent(), builder.scalar(1)])], node.outputs[0]);
};

/** x sigmoid(alpha x). */
const quickGelu: UnfuseRule = (node, { builder, cheap }) => {
  const x = node.inputs[0]!;
  const alpha = floatAttribute(node, 'alpha', 1.702);
  const slope = cheap(builder.op('Sigmoid', [alpha === 1 ? x : cheap(builder.op('Mul', [x, builder.scalar(alpha)]))]));
  cheap(builder.op('Mul', [x, slope], {}, node.outputs[0]));
};

/** x W^T with the float matrix. */
const matMulNBits: UnfuseRule = (node, { builder, weight }) => {
  const { name, dtype, dims, data } = weight(node);
  if (dims[0] !== intAttribute(node, 'N', -1) || dims[1] !== intAttribute(node, 'K', -1)) throw new Error(`the float matrix ${name} is [${dims.join(', ')}], and ${node.name} asks for [${intAttribute(node, 'N', -1)}, ${intAttribute(node, 'K', -1)}]`);
  builder.op('Gemm', [node.inputs[0]!, builder.constant(name, dtype, dims, data)], { transB: 1 }, node.outputs[0]);
};

const rules: ReadonlyMap<string, UnfuseRule> = new Map(
  Object.entries({
    GroupQueryAttention: groupQueryAttention,
    RotaryEmbedding: rotaryEmbedding,
    ...sumRules,
    Gelu: gelu,
    QuickGelu: quickGelu,
    MatMulNBits: matMulNBits,
  }),
);

export interface Unfused {
  graph: Graph;
  /** Values that are large to keep and cheap to compute anew: attention patterns, activation functions. */
  cheap: Set<string>;
}

/**
 * Writes the fused operators that depend on `value` in plain ones, under the same names of values; what does not depend
 * on it stays as it is.
 * @param weight the float matrix `[out, in]` that a MatMulNBits node stands for
 * @throws Error naming an option of a fused operator that has no plain form here
 */
export function unfuse(graph: Graph, value: string, weight: (node: Node) => Initializer): Unfused {
  const reached = dependents(graph, value);
  const result = { ...cloneGraph(graph), nodes: [] as Node[] };
  const { context, cheap } = unfuseContext(new GraphBuilder(result, 'plain_'), weight);
  for (const node of graph.nodes) {
    const rule = node.outputs.some((output) => reached.has(output)) ? rules.get(node.op) : undefined;
    if (rule) rule(node, context);
    else result.nodes.push(node);
  }
  return { graph: result, cheap };
}
