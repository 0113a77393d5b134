import { floatAttribute } from '../ir/attributes';
import { type UnfuseRule } from './rule';

/** (x + skip) and its RMSNorm. */
const skipRmsNorm: UnfuseRule = (node, { builder }) => {
  const { inputs, outputs } = node;
  const [x, skip, gain, bias] = inputs as [string, string, string, string?];
  if (bias) throw new Error('SkipSimplifiedLayerNormalization with a bias cannot be un-fused');
  const sum = builder.op('Add', [x, skip], {}, outputs[3] || undefined);
  builder.op('SimplifiedLayerNormalization', [sum, gain], { axis: -1, epsilon: { float: floatAttribute(node, 'epsilon', 1e-5) }, stash_type: 1 }, outputs[0]);
};

/** (x + skip) and its LayerNorm. */
const skipLayerNorm: UnfuseRule = (node, { builder }) => {
  const { inputs, outputs } = node;
  const [x, skip, gain, offset, bias] = inputs as [string, string, string, string?, string?];
  if (bias || !offset) throw new Error('SkipLayerNormalization with a bias of the sum, or without one of the norm, cannot be un-fused');
  const sum = builder.op('Add', [x, skip], {}, outputs[3] || undefined);
  builder.op('LayerNormalization', [sum, gain, offset], { axis: -1, epsilon: { float: floatAttribute(node, 'epsilon', 1e-5) }, stash_type: 1 }, outputs[0]);
};

/** Operators that give a sum and its norm in one. */
export const sumRules: Readonly<Record<string, UnfuseRule>> = { SkipSimplifiedLayerNormalization: skipRmsNorm, SkipLayerNormalization: skipLayerNorm };
