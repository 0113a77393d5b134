import { floatAttribute, intAttribute } from '../ir/attributes';
import { type RuleContext, unary } from './rule';

/** y = softmax x over the last axis: y (dy - sum(y dy)). */
export const softmax = unary(({ builder, node, output }, dy) => {
  if (intAttribute(node, 'axis', -1) !== -1) throw new Error('Softmax has a rule over the last axis only');
  const y = output(0);
  const inner = builder.op('ReduceSum', [builder.op('Mul', [dy, y]), builder.ints(-1)], { keepdims: 1 });
  return builder.op('Mul', [y, builder.op('Sub', [dy, inner])]);
});

/** y = log sum exp x over the last axis: softmax(x) dy. */
export const reduceLogSumExp = unary((context, dy) =>
  context.builder.op('Mul', [context.builder.op('Softmax', [context.input(0)], { axis: -1 }), kept(context, dy)]),
);

/** y = sum x over the last axis: dy to every term. */
export const reduceSum = unary((context, dy) =>
  context.builder.op('Expand', [kept(context, dy), context.builder.op('Shape', [context.input(0)])]),
);

/** A reduction's gradient with the reduced last axis in place. */
function kept({ builder, node }: RuleContext, dy: string): string {
  return intAttribute(node, 'keepdims', 1) === 1 ? dy : builder.op('Unsqueeze', [dy, builder.ints(-1)]);
}

/**
 * RMSNorm, y = x r g with r = 1 / sqrt(mean(x^2) + epsilon): r (g dy - x r mean(g dy x r)).
 * r is computed anew from x, so that nothing is kept beside the residual stream.
 */
export const rmsNorm = unary(({ builder, node, input }, dy) => {
  const x = input(0);
  const mean = builder.op('ReduceMean', [builder.op('Mul', [x, x]), builder.ints(-1)], { keepdims: 1 });
  const rms = builder.op('Sqrt', [builder.op('Add', [mean, builder.scalar(floatAttribute(node, 'epsilon', 1e-5))])]);
  const unit = builder.op('Div', [x, rms]);
  const scaled = builder.op('Mul', [dy, input(1)]);
  const along = builder.op('ReduceMean', [builder.op('Mul', [scaled, unit]), builder.ints(-1)], { keepdims: 1 });
  return builder.op('Div', [builder.op('Sub', [scaled, builder.op('Mul', [unit, along])]), rms]);
});

/**
 * LayerNorm, y = x' g + b with x' = (x - mean x) / sqrt(var x + epsilon): (g dy - mean(g dy) - x' mean(g dy x')) / sqrt(var x + epsilon).
 */
export const layerNorm = unary(({ builder, node, input }, dy) => {
  const x = input(0);
  const mean = (value: string) => builder.op('ReduceMean', [value, builder.ints(-1)], { keepdims: 1 });
  const centred = builder.op('Sub', [x, mean(x)]);
  const deviation = builder.op('Sqrt', [builder.op('Add', [mean(builder.op('Mul', [centred, centred])), builder.scalar(floatAttribute(node, 'epsilon', 1e-5))])]);
  const unit = builder.op('Div', [centred, deviation]);
  const scaled = builder.op('Mul', [dy, input(1)]);
  const along = mean(builder.op('Mul', [scaled, unit]));
  const across = builder.op('Sub', [scaled, mean(scaled)]);
  return builder.op('Div', [builder.op('Sub', [across, builder.op('Mul', [unit, along])]), deviation]);
});
