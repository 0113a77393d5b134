import { readRope } from '../rope';
import type { Architecture } from './architecture';
import { activation, attentionOut, gatedMlp, outerTensors, preNorms, separate, sizes } from './common';

/** RMSNorm before each branch, rotary grouped-query attention, SwiGLU. */
export const llama: Architecture = (keys) => {
  const size = sizes(keys);
  const rope = readRope(keys, size);
  const act = activation(keys, 'silu');
  const attentionBias = keys.flag(false, 'attention_bias');
  const mlpBias = keys.flag(false, 'mlp_bias');
  return {
    ...size,
    ...outerTensors(keys, { tied: false }),
    unused: /\.rotary_emb\.inv_freq$/,
    block: (i) => ({
      norms: preNorms(i),
      attention: { projections: separate(i, attentionBias), out: attentionOut(i, attentionBias), scale: size.dHead ** -0.5, rope },
      mlp: gatedMlp(i, act, mlpBias),
    }),
  };
};
