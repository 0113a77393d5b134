import { intAttribute, intsAttribute } from '../ir/attributes';
import { type Rule, type RuleContext, inShapeOf, unary } from './rule';

/** Reshape, Squeeze, Unsqueeze: the same numbers in the input's shape. */
export const reshape = unary((context, dy) => inShapeOf(context, 0, dy));

/** The inverse permutation. */
export const transpose = unary(({ builder, node }, dy) => {
  const perm = intsAttribute(node, 'perm');
  if (!perm) throw new Error('Transpose without perm has no rule');
  const inverse = perm.map((_, axis) => perm.indexOf(axis));
  return builder.op('Transpose', [dy], { perm: inverse });
});

/** y = [a, b, ...] along an axis: dy cut at the inputs' lengths. */
export const concat: Rule = (context) => {
  const { builder, node, input } = context;
  const axis = intAttribute(node, 'axis', 0);
  const lengths = node.inputs.map((_, i) => length(context, input(i), axis));
  const parts = node.inputs.map((_, i) => builder.fresh(`d_part_${i}`));
  builder.node('Split', [context.gradient(0)!, builder.op('Concat', lengths, { axis: 0 })], parts, { axis }, '');
  return parts.map((part, i) => (context.wants(i) ? part : null));
};

/** [a, b, ...] = x: the parts' gradients put together; a part that nothing depends on has zeros. */
export const split: Rule = ({ builder, node, output, gradient }) => {
  const parts = node.outputs.map((_, i) => gradient(i) ?? builder.op('Mul', [output(i), builder.scalar(0)]));
  return [builder.op('Concat', parts, { axis: intAttribute(node, 'axis', 0) })];
};

/** y = x[index] along the first axis: dy added up at the places it came from. */
export const gather: Rule = (context) => {
  const { builder, node, input } = context;
  if (context.wants(1) || intAttribute(node, 'axis', 0) !== 0) throw new Error('Gather is differentiated by its data along the first axis only');
  const zeros = builder.op('Expand', [builder.scalar(0), builder.op('Shape', [input(0)])]);
  const places = builder.op('Unsqueeze', [input(1), builder.ints(-1)]);
  return [builder.op('ScatterND', [zeros, places, context.gradient(0)!], { reduction: 'add' }), null];
};

function length({ builder }: RuleContext, value: string, axis: number): string {
  const shape = builder.op('Shape', [value]);
  return builder.op('Gather', [shape, builder.ints(axis)]);
}
