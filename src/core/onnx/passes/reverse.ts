import { gradientRules } from '../gradients';
import { GraphBuilder } from '../ir/builder';
import { type Graph, type Node, cloneGraph } from '../ir/graph';
import { ancestors, dependents } from '../ir/paths';

export interface ReverseOptions {
  /** What is differentiated, sum over terms of (value . seed): a seed has its value's shape. */
  of: readonly { value: string; seed: string }[];
  /** The value that the gradient is taken by. */
  by: string;
  /** The name that the gradient gets. */
  gradient: string;
  /** Values that the backward part computes anew instead of keeping them. */
  recompute?: ReadonlySet<string>;
}

/**
 * Reverse-mode differentiation (the chain rule from the end backward): adds the nodes that compute the gradient of
 * `of` by `by`, of the same shape as `by`. Nodes must stand in topological order.
 * @throws Error naming the operator, if one on the way has no rule, and if nothing of `of` depends on `by`
 */
export function reverse(graph: Graph, { of, by, gradient, recompute = new Set() }: ReverseOptions): Graph {
  const result = cloneGraph(graph);
  const builder = new GraphBuilder(result, 'd_');
  const above = new Set(of.flatMap(({ value }) => [...ancestors(graph, value)]));
  const active = new Set([...dependents(graph, by, hasGradient)].filter((value) => above.has(value)));
  if (!of.some(({ value }) => active.has(value))) throw new Error(`${of.map(({ value }) => value).join(', ')}: no gradient by ${by}, on which it does not depend`);
  const path = graph.nodes.filter(({ inputs, outputs }) => !outputs.includes(by) && outputs.some((output) => active.has(output)) && inputs.some((input) => active.has(input)));
  const missing = path.find(({ op }) => !gradientRules.has(op));
  if (missing) throw new Error(`no gradient rule for the operator ${missing.domain ? `${missing.domain}.` : ''}${missing.op}`);

  const gradients = new Map<string, string[]>(of.map(({ value, seed }) => [value, [seed]]));
  const total = (value: string): string | null => {
    const parts = gradients.get(value);
    if (!parts) return null;
    const sum = parts.reduce((a, b) => builder.op('Add', [a, b]));
    gradients.set(value, [sum]);
    return sum;
  };
  const again = new Recomputation(graph, builder, recompute, active);
  for (const node of path.toReversed()) {
    if (node.outputs.every((output) => !gradients.has(output))) continue;
    const own = node.outputs.map((output) => (output ? total(output) : null));
    const anchor = own.find((value) => value !== null)!;
    const wants = (i: number) => active.has(node.inputs[i] ?? '');
    const parts = gradientRules.get(node.op)!({
      builder,
      node,
      wants,
      input: (i) => again.read(node.inputs[i]!, anchor),
      output: (i) => again.read(node.outputs[i]!, anchor),
      gradient: (i) => own[i] ?? null,
    });
    parts.forEach((part, i) => {
      if (part === null || !wants(i)) return;
      const input = node.inputs[i]!;
      gradients.set(input, [...(gradients.get(input) ?? []), part]);
    });
  }
  builder.op('Identity', [total(by)!], {}, gradient);
  builder.output(gradient);
  return result;
}

/** A shape does not change with the numbers. */
const hasGradient = ({ op }: Node): boolean => op !== 'Shape';

/**
 * Values computed a second time when the backward part first asks for them. Their inputs are tied to the gradient that
 * has arrived there, so that the runtime cannot run the copies early and keep what they give: memory holds one at a time.
 */
class Recomputation {
  private readonly makers = new Map<string, Node>();
  private readonly copies = new Map<string, string>();

  constructor(
    graph: Graph,
    private readonly builder: GraphBuilder,
    private readonly values: ReadonlySet<string>,
    private readonly active: ReadonlySet<string>,
  ) {
    for (const node of graph.nodes) for (const output of node.outputs) if (values.has(output)) this.makers.set(output, node);
  }

  read(value: string, anchor: string): string {
    const maker = this.makers.get(value);
    if (!maker) return value;
    const known = this.copies.get(value);
    if (known !== undefined) return known;
    if (maker.outputs.length !== 1) throw new Error(`${maker.op} has several outputs and cannot be recomputed`);
    const inputs = maker.inputs.map((input) => (this.values.has(input) ? this.read(input, anchor) : this.active.has(input) ? this.after(input, anchor) : input));
    const copy = this.builder.fresh(`again_${maker.op}`);
    this.builder.copy(maker, inputs, [copy]);
    this.copies.set(value, copy);
    return copy;
  }

  /** `value` itself, ready only when `anchor` is: a reshape to its own shape, plus none of the anchor's. */
  private after(value: string, anchor: string): string {
    const { builder } = this;
    const none = builder.op('Mul', [builder.op('ReduceMax', [builder.op('Shape', [anchor])], { keepdims: 1 }), builder.ints(0)]);
    return builder.op('Reshape', [value, builder.op('Add', [builder.op('Shape', [value]), none])]);
  }
}
