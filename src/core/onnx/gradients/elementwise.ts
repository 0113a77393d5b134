import { type Rule, type RuleContext, inShapeOf, unary } from './rule';

/** Both gradients of y = f(a, b), each only where it is asked for, in its input's shape. */
function binary(gradientsOf: (context: RuleContext, gradient: string) => [() => string, () => string]): Rule {
  return (context) => {
    const gradients = gradientsOf(context, context.gradient(0)!);
    // A constant may be broadcast to the other input; two inputs with gradients must be of one shape.
    return gradients.map((gradient, i) => (context.wants(i) ? inShapeOf(context, i, gradient()) : null));
  };
}

/** y = a + b: dy to both. */
export const add = binary((_, dy) => [() => dy, () => dy]);

/** y = a - b: dy and -dy. */
export const sub = binary(({ builder }, dy) => [() => dy, () => builder.op('Neg', [dy])]);

/** y = a b: b dy and a dy. */
export const mul = binary(({ builder, input }, dy) => [() => builder.op('Mul', [dy, input(1)]), () => builder.op('Mul', [dy, input(0)])]);

/** y = a / b: dy / b and -y dy / b. */
export const div = binary(({ builder, input, output }, dy) => {
  const over = () => builder.op('Div', [dy, input(1)]);
  return [over, () => builder.op('Neg', [builder.op('Mul', [over(), output(0)])])];
});

/** y = -x */
export const neg = unary(({ builder }, dy) => builder.op('Neg', [dy]));

export const identity = unary((_, dy) => dy);

/** y = min(max(x, low), high): dy where x lies within. */
export const clip = unary(({ builder, input }, dy) => {
  const x = input(0);
  const within = builder.op('And', [builder.op('GreaterOrEqual', [x, input(1)]), builder.op('LessOrEqual', [x, input(2)])]);
  return builder.op('Where', [within, dy, builder.scalar(0)]);
});

/** y = 1 / (1 + e^-x): dy y (1 - y). */
export const sigmoid = unary(({ builder, output }, dy) => {
  const y = output(0);
  return builder.op('Mul', [dy, builder.op('Sub', [y, builder.op('Mul', [y, y])])]);
});

/** y = tanh x: dy (1 - y^2). */
export const tanh = unary(({ builder, output }, dy) => {
  const y = output(0);
  return builder.op('Sub', [dy, builder.op('Mul', [dy, builder.op('Mul', [y, y])])]);
});

/** y = erf x: dy 2 / sqrt(pi) e^(-x^2). */
export const erf = unary(({ builder, input }, dy) => {
  const x = input(0);
  const slope = builder.op('Exp', [builder.op('Neg', [builder.op('Mul', [x, x])])]);
  return builder.op('Mul', [dy, builder.op('Mul', [slope, builder.scalar(2 / Math.sqrt(Math.PI))])]);
});
