import { intAttribute } from '../ir/attributes';
import { type GraphBuilder } from '../ir/builder';
import { type Graph, type Initializer, type Node } from '../ir/graph';
import { declaring } from './inputs';
import { replace } from './replace';

/** A low-rank change of one linear module. */
export interface LowRank {
  /** The module: the name of its output's value. */
  module: string;
  /** `[rank, in]` and `[out, rank]`. */
  a: Initializer;
  b: Initializer;
  /** What B A is multiplied by at scale 1. */
  scaling: number;
  /** DoRA: the length of each row of the tuned matrix, `[out]`. */
  magnitude?: Initializer;
}

/** Name of the input that scales every change, a scalar: 0 is the base, 1 the tuned model. */
export const loraScale = 'lora_scale';

/**
 * Adds low-rank changes to linear modules (Gemm, or MatMulNBits): y = W x + b becomes y + s c B A x with the scale s and c = `scaling` (arXiv 2106.09685).
 * With magnitudes m (DoRA, arXiv 2402.09353) it becomes m / |W + s c B A| (W x + s c B A x) + b, lengths taken row by row. There scale 0 is not the
 * base, because m still applies: so it is in peft.
 * @throws Error if no node makes a module, a module with magnitudes is quantised, or an adapter is attached already
 */
export function attachLora(graph: Graph, changes: readonly LowRank[]): Graph {
  return changes.reduce(
    (adapted, change) => replace(adapted, change.module, 'lora', (builder, base, linear) => (change.magnitude ? dora : lora)(builder, base, linear, change)),
    declaring(graph, { [loraScale]: [] }),
  );
}

type Write = (builder: GraphBuilder, base: string, linear: Node, change: LowRank) => void;

const lora: Write = (builder, base, linear, change) => {
  builder.op('Add', [base, branch(builder, linear, change)], {}, change.module);
};

/** |W + c B A|^2 = |W|^2 + c (2 W . B A + c |B A|^2): all but c are constants, which the runtime computes once. */
const dora: Write = (builder, base, linear, change) => {
  if (linear.op !== 'Gemm') throw new Error(`DoRA on the quantised module ${change.module} is not supported`);
  const [, stored, bias] = linear.inputs as [string, string, string?];
  const w = intAttribute(linear, 'transB', 0) === 1 ? stored : builder.op('Transpose', [stored], { perm: [1, 0] });
  const ba = builder.op('MatMul', [weight(builder, change, 'b'), weight(builder, change, 'a')]);
  const dot = (x: string, y: string) => builder.op('ReduceSum', [builder.op('Mul', [x, y]), builder.ints(1)], { keepdims: 0 });
  const c = builder.op('Mul', [loraScale, builder.scalar(change.scaling)]);
  const twice = builder.op('Mul', [dot(w, ba), builder.scalar(2)]);
  const grown = builder.op('Mul', [builder.op('Add', [twice, builder.op('Mul', [dot(ba, ba), c])]), c]);
  const length = builder.op('Sqrt', [builder.op('Add', [dot(w, w), grown])]);
  const turned = builder.op('Div', [weight(builder, change, 'magnitude'), length]);

  const product = bias ? builder.op('Sub', [base, bias]) : base;
  const sum = builder.op('Add', [product, branch(builder, linear, change)]);
  const scaled = builder.op('Mul', [sum, turned], {}, bias ? undefined : change.module);
  if (bias) builder.op('Add', [scaled, bias], {}, change.module);
};

/** s c B A x, `[tokens, out]`. */
function branch(builder: GraphBuilder, linear: Node, change: LowRank): string {
  const low = builder.op('Gemm', [linear.inputs[0]!, weight(builder, change, 'a')], { transB: 1 });
  return builder.op('Gemm', [builder.op('Mul', [low, loraScale]), weight(builder, change, 'b')], { transB: 1, alpha: { float: change.scaling } });
}

/** A tensor of the change in fp32. */
function weight(builder: GraphBuilder, change: LowRank, part: 'a' | 'b' | 'magnitude'): string {
  const { name, dtype, dims, data } = change[part]!;
  const stored = builder.constant(name, dtype, dims, data);
  return dtype === 'float32' ? stored : builder.op('Cast', [stored], { to: 1 });
}
