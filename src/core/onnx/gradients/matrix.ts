import { intAttribute, floatAttribute } from '../ir/attributes';
import { type Rule, type RuleContext, inShapeOf } from './rule';

/** y = a b over the last two axes: dy b^T and a^T dy. The leading axes of a and b must be the same; a matrix of two axes may stand for b. */
export const matMul: Rule = (context) => {
  const { builder, input } = context;
  const dy = context.gradient(0)!;
  return [
    context.wants(0) ? inShapeOf(context, 0, builder.op('MatMul', [dy, swapped(context, input(1))])) : null,
    context.wants(1) ? inShapeOf(context, 1, builder.op('MatMul', [swapped(context, input(0)), dy])) : null,
  ];
};

/** Exchanges the last two axes of a value of four: what attention multiplies. */
function swapped({ builder }: RuleContext, value: string): string {
  return builder.op('Transpose', [value], { perm: [0, 1, 3, 2] });
}

/** y = alpha a op(b) + c: only the data input a is differentiated; weights and biases are constants here. */
export const gemm: Rule = (context) => {
  const { builder, node } = context;
  if (context.wants(1) || context.wants(2)) throw new Error('Gemm is differentiated by its first input only: its weights are constants');
  if (intAttribute(node, 'transA', 0) !== 0) throw new Error('Gemm with a transposed data input has no rule');
  const transB = intAttribute(node, 'transB', 0);
  return [builder.op('Gemm', [context.gradient(0)!, context.input(1)], { transB: 1 - transB, alpha: { float: floatAttribute(node, 'alpha', 1) } })];
};
