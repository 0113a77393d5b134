import type { ConfigKeys } from '../configKeys';
import type { Attention, ModelConfig } from '../modelConfig';
import { type Rope, readRope } from '../rope';
import type { Architecture } from './architecture';
import { activation, attentionOut, gatedMlp, headNorms, layer, outerTensors, separate, sizes, windows } from './common';

/** A window in every second block, soft caps on scores and logits. */
export const gemma2: Architecture = (keys) => {
  const size = sizes(keys);
  const rope = readRope(keys, size);
  const softcap = capOf(keys, 'attn_logit_softcapping', 50);
  const window = windows(keys, size.blocks, keys.intOr(4096, 'sliding_window'), (block) => block % 2 === 0);
  return gemma(keys, { ...size, finalSoftcap: capOf(keys, 'final_logit_softcapping', 30) }, (i) => ({ rope, softcap, window: window[i] }));
};

/** A window in five of six blocks, which have a rope of their own; an RMSNorm of every query and key head. */
export const gemma3: Architecture = (keys) => {
  const size = sizes(keys);
  if (keys.flag(false, 'use_bidirectional_attention')) keys.refuse('attention to later tokens');
  const pattern = keys.intOr(6, 'sliding_window_pattern', '_sliding_window_pattern');
  const window = windows(keys, size.blocks, keys.intOr(4096, 'sliding_window'), (block) => (block + 1) % pattern !== 0);
  const everywhere = readRope(keys, { ...size, theta: 1e6, parameters: 'full_attention' });
  const nearby = readRope(keys, { ...size, thetaKeys: ['rope_local_base_freq'], parameters: 'sliding_attention', unscaled: true });
  const softcap = capOf(keys, 'attn_logit_softcapping', undefined);
  return gemma(keys, { ...size, finalSoftcap: capOf(keys, 'final_logit_softcapping', undefined) }, (i) => ({
    rope: window[i] === undefined ? everywhere : nearby,
    softcap,
    window: window[i],
    headNorms: headNorms(i, 'head'),
  }));
};

type Own = Pick<Attention, 'softcap' | 'window' | 'headNorms'> & { rope: Rope };

/** Norms before and after each branch with gains 1 + w, embeddings times sqrt(dModel), the tanh form of GELU. */
function gemma(keys: ConfigKeys, { finalSoftcap, ...size }: ReturnType<typeof sizes> & { finalSoftcap: number | undefined }, own: (block: number) => Own): ModelConfig {
  const outer = outerTensors(keys, { tied: true });
  const act = activation(keys, 'gelu_pytorch_tanh', 'hidden_activation');
  const bias = keys.flag(false, 'attention_bias');
  const scale = keys.numberOr(256, 'query_pre_attn_scalar') ** -0.5;
  return {
    ...size,
    ...outer,
    embedding: { ...outer.embedding, multiplier: Math.sqrt(size.dModel) },
    norm: { ...outer.norm, plusOne: true },
    head: { ...outer.head, softcap: finalSoftcap },
    block: (i) => ({
      norms: {
        beforeAttention: `${layer(i)}.input_layernorm`,
        afterAttention: `${layer(i)}.post_attention_layernorm`,
        beforeMlp: `${layer(i)}.pre_feedforward_layernorm`,
        afterMlp: `${layer(i)}.post_feedforward_layernorm`,
      },
      attention: { projections: separate(i, bias), out: attentionOut(i, bias), scale, ...own(i) },
      mlp: gatedMlp(i, act),
    }),
  };
}

/** A soft cap: null means none, and absent the architecture's own. */
const capOf = (keys: ConfigKeys, name: string, otherwise: number | undefined): number | undefined => (keys.isNull(name) ? undefined : (keys.numberOr(null, name) ?? otherwise));
