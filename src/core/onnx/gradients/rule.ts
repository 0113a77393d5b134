import type { GraphBuilder } from '../ir/builder';
import type { Node } from '../ir/graph';

/** What a rule sees of the node whose gradient it writes. Names are values of the graph. */
export interface RuleContext {
  builder: GraphBuilder;
  node: Node;
  /** Input i as the backward part reads it. */
  input(i: number): string;
  /** Output i as the backward part reads it. */
  output(i: number): string;
  /** Whether the gradient of input i is asked for. */
  wants(i: number): boolean;
  /** Gradient of output i; null where nothing depends on it. */
  gradient(i: number): string | null;
}

/**
 * The vector-Jacobian product of an operator: gradients of its inputs, in their order, from those of its outputs.
 * Null where none is asked for. A gradient has its input's shape.
 */
export type Rule = (context: RuleContext) => (string | null)[];

/** A rule for operators with one output and one input that is differentiated. */
export const unary = (gradientOf: (context: RuleContext, gradient: string) => string): Rule => (context) => {
  if (context.node.inputs.some((_, i) => i > 0 && context.wants(i))) throw new Error(`${context.node.op} is differentiated by its first input only`);
  return [gradientOf(context, context.gradient(0)!)];
};

/**
 * `gradient` in the shape of input i. Sums over broadcast axes are not taken: an input that was broadcast makes the
 * runtime refuse the reshape instead of giving another number.
 */
export function inShapeOf({ builder, input }: RuleContext, i: number, gradient: string): string {
  return builder.op('Reshape', [gradient, builder.op('Shape', [input(i)])]);
}
