import { readRope } from '../rope';
import type { Architecture } from './architecture';
import { activation, sizes } from './common';

/** LayerNorm, attention and MLP side by side, a part of each head turned, each head's query, key and value together. */
export const gptNeox: Architecture = (keys) => {
  const size = sizes(keys);
  const rope = readRope(keys, { ...size, thetaKeys: ['rotary_emb_base', 'rope_theta'], partKeys: ['rotary_pct'], part: 0.25 });
  const act = activation(keys, 'gelu');
  const attentionBias = keys.flag(true, 'attention_bias');
  const parallel = keys.flag(true, 'use_parallel_residual');
  return {
    ...size,
    embedding: { tokens: 'gpt_neox.embed_in' },
    norm: { kind: 'layer', epsilon: keys.numberOr(1e-5, 'layer_norm_eps') },
    finalNorm: 'gpt_neox.final_layer_norm',
    head: keys.flag(false, 'tie_word_embeddings') ? {} : { unembedding: 'embed_out' },
    unused: /\.attention\.((masked_)?bias|rotary_emb\.inv_freq)$/,
    block: (i) => {
      const module = (name: string, bias = true) => ({ module: `gpt_neox.layers.${i}.${name}`, bias });
      return {
        parallel,
        norms: { beforeAttention: `gpt_neox.layers.${i}.input_layernorm`, beforeMlp: `gpt_neox.layers.${i}.post_attention_layernorm` },
        attention: { projections: { fused: module('attention.query_key_value', attentionBias), order: 'heads' }, out: module('attention.dense', attentionBias), scale: size.dHead ** -0.5, rope },
        mlp: { activation: act, form: { in: module('mlp.dense_h_to_4h') }, out: module('mlp.dense_4h_to_h') },
      };
    },
  };
};
