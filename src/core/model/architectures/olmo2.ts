import { readRope } from '../rope';
import type { Architecture } from './architecture';
import { activation, attentionOut, gatedMlp, headNorms, layer, outerTensors, separate, sizes } from './common';

/** Norms after each branch instead of before it, and of the whole query and key projections. */
export const olmo2: Architecture = (keys) => {
  const size = sizes(keys);
  const rope = readRope(keys, size);
  const act = activation(keys, 'silu');
  const bias = keys.flag(false, 'attention_bias');
  return {
    ...size,
    ...outerTensors(keys, { tied: false }),
    block: (i) => ({
      norms: { afterAttention: `${layer(i)}.post_attention_layernorm`, afterMlp: `${layer(i)}.post_feedforward_layernorm` },
      attention: { projections: separate(i, bias), out: attentionOut(i, bias), scale: size.dHead ** -0.5, rope, headNorms: headNorms(i, 'projection') },
      mlp: gatedMlp(i, act),
    }),
  };
};
