import { readRope } from '../rope';
import type { ConfigKeys } from '../configKeys';
import type { ModelConfig } from '../modelConfig';
import type { Architecture } from './architecture';
import { activation, attentionOut, gatedMlp, headNorms, outerTensors, preNorms, separate, sizes, windows } from './common';

/** Llama with biases on queries, keys and values. */
export const qwen2: Architecture = (keys) => qwen(keys, { projections: true, out: false });

/** Llama with an RMSNorm of every query and key head. */
export const qwen3: Architecture = (keys) => {
  const bias = keys.flag(false, 'attention_bias');
  const config = qwen(keys, { projections: bias, out: bias });
  return {
    ...config,
    block: (i) => {
      const block = config.block(i);
      return { ...block, attention: { ...block.attention, headNorms: headNorms(i, 'head') } };
    },
  };
};

function qwen(keys: ConfigKeys, bias: { projections: boolean; out: boolean }): ModelConfig {
  const size = sizes(keys);
  const rope = readRope(keys, size);
  const act = activation(keys, 'silu');
  const window = keys.flag(false, 'use_sliding_window') ? keys.intOr(null, 'sliding_window') : null;
  const from = keys.countOr(28, 'max_window_layers');
  const windowOf = windows(keys, size.blocks, window, (block) => block >= from);
  return {
    ...size,
    ...outerTensors(keys, { tied: false }),
    block: (i) => ({
      norms: preNorms(i),
      attention: { projections: separate(i, bias.projections), out: attentionOut(i, bias.out), scale: size.dHead ** -0.5, rope, window: windowOf[i] },
      mlp: gatedMlp(i, act),
    }),
  };
}
