import { readRope } from '../rope';
import type { Architecture } from './architecture';
import { activation, attentionOut, layer, outerTensors, preNorms, sizes, windows } from './common';

/** Llama with queries, keys and values in one matrix, gate and up in one, and a part of each head turned. */
export const phi3: Architecture = (keys) => {
  const size = sizes(keys);
  const rope = readRope(keys, size);
  const act = activation(keys, 'silu');
  const window = windows(keys, size.blocks, keys.intOr(null, 'sliding_window'), () => true);
  return {
    ...size,
    ...outerTensors(keys, { tied: false }),
    block: (i) => ({
      norms: preNorms(i),
      attention: {
        projections: { fused: { module: `${layer(i)}.self_attn.qkv_proj` }, order: 'projections' },
        out: attentionOut(i, false),
        scale: size.dHead ** -0.5,
        rope,
        window: window[i],
      },
      mlp: { activation: act, form: { gateUp: { module: `${layer(i)}.mlp.gate_up_proj` } }, out: { module: `${layer(i)}.mlp.down_proj` } },
    }),
  };
};
