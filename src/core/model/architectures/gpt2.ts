import type { Architecture } from './architecture';
import { activation, evenly } from './common';

/** LayerNorm before each branch, learned positions, biases everywhere, matrices stored `[in, out]`. */
export const gpt2: Architecture = (keys) => {
  const dModel = keys.int('n_embd', 'hidden_size');
  const heads = keys.int('n_head', 'num_attention_heads');
  const dHead = evenly(keys, dModel, heads);
  const scale = keys.flag(true, 'scale_attn_weights') ? dHead ** -0.5 : 1;
  const byDepth = keys.flag(false, 'scale_attn_by_inverse_layer_idx');
  const act = activation(keys, 'gelu_new', 'activation_function');
  if (keys.flag(false, 'add_cross_attention')) keys.refuse('cross-attention');
  return {
    modelType: keys.text('', 'model_type'),
    dModel,
    dMlp: keys.intOr(4 * dModel, 'n_inner'),
    blocks: keys.int('n_layer', 'num_hidden_layers'),
    heads,
    keyValueHeads: heads,
    dHead,
    vocabulary: keys.int('vocab_size'),
    maxPositions: keys.int('n_positions', 'n_ctx'),
    embedding: { tokens: 'transformer.wte', positions: 'transformer.wpe' },
    norm: { kind: 'layer', epsilon: keys.numberOr(1e-5, 'layer_norm_epsilon') },
    finalNorm: 'transformer.ln_f',
    head: keys.flag(true, 'tie_word_embeddings') ? {} : { unembedding: 'lm_head' },
    optionalPrefix: 'transformer.',
    unused: /\.attn\.(masked_)?bias$/,
    block: (i) => {
      const conv1d = (name: string) => ({ module: `transformer.h.${i}.${name}`, bias: true, inOut: true });
      return {
        norms: { beforeAttention: `transformer.h.${i}.ln_1`, beforeMlp: `transformer.h.${i}.ln_2` },
        attention: { projections: { fused: conv1d('attn.c_attn'), order: 'projections' }, out: conv1d('attn.c_proj'), scale: byDepth ? scale / (i + 1) : scale },
        mlp: { activation: act, form: { in: conv1d('mlp.c_fc') }, out: conv1d('mlp.c_proj') },
      };
    },
  };
};
