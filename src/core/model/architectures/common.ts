import type { ConfigKeys } from '../configKeys';
import type { Activation, Block, Mlp, ModelConfig, SeparateProjections } from '../modelConfig';

type Sizes = Pick<ModelConfig, 'modelType' | 'dModel' | 'dMlp' | 'blocks' | 'heads' | 'keyValueHeads' | 'dHead' | 'vocabulary' | 'maxPositions'>;

/** Sizes under the names that most architectures use. */
export function sizes(keys: ConfigKeys): Sizes {
  const dModel = keys.int('hidden_size');
  const heads = keys.int('num_attention_heads');
  return {
    modelType: keys.text('', 'model_type'),
    dModel,
    dMlp: keys.int('intermediate_size'),
    blocks: keys.int('num_hidden_layers'),
    heads,
    keyValueHeads: keys.intOr(heads, 'num_key_value_heads'),
    dHead: keys.intOr(null, 'head_dim') ?? evenly(keys, dModel, heads),
    vocabulary: keys.int('vocab_size'),
    maxPositions: keys.int('max_position_embeddings'),
  };
}

/** The width of a head where the heads share the residual stream's width. */
export function evenly(keys: ConfigKeys, dModel: number, heads: number): number {
  if (dModel % heads !== 0) throw keys.bad(`a width of ${dModel} does not divide into ${heads} heads`);
  return dModel / heads;
}

/** Names of Llama's tensors outside of the blocks, which many architectures took over, and its RMSNorm. */
export function outerTensors(keys: ConfigKeys, { tied }: { tied: boolean }): Pick<ModelConfig, 'embedding' | 'norm' | 'finalNorm' | 'head'> {
  return {
    embedding: { tokens: 'model.embed_tokens' },
    norm: { kind: 'rms', epsilon: keys.number('rms_norm_eps') },
    finalNorm: 'model.norm',
    head: keys.flag(tied, 'tie_word_embeddings') ? {} : { unembedding: 'lm_head' },
  };
}

export const layer = (block: number): string => `model.layers.${block}`;

/** Norms before attention and before the MLP. */
export const preNorms = (block: number): Block['norms'] => ({ beforeAttention: `${layer(block)}.input_layernorm`, beforeMlp: `${layer(block)}.post_attention_layernorm` });

export function separate(block: number, bias: boolean): SeparateProjections {
  const projection = (name: string) => ({ module: `${layer(block)}.self_attn.${name}`, bias });
  return { query: projection('q_proj'), key: projection('k_proj'), value: projection('v_proj') };
}

export const attentionOut = (block: number, bias: boolean): { module: string; bias: boolean } => ({ module: `${layer(block)}.self_attn.o_proj`, bias });

/** down(act(gate(x)) * up(x)) */
export function gatedMlp(block: number, activation: Activation, bias = false): Mlp {
  const projection = (name: string) => ({ module: `${layer(block)}.mlp.${name}`, bias });
  return { activation, form: { gate: projection('gate_proj'), up: projection('up_proj') }, out: projection('down_proj') };
}

/** Norms of the queries and keys under the names that all architectures with them use. */
export const headNorms = (block: number, over: 'head' | 'projection') => ({ query: `${layer(block)}.self_attn.q_norm`, key: `${layer(block)}.self_attn.k_norm`, over });

const activations: Readonly<Record<string, Activation>> = { silu: 'silu', swish: 'silu', gelu: 'gelu', gelu_new: 'gelu-tanh', gelu_pytorch_tanh: 'gelu-tanh' };

/** @throws ModelError `unsupported` for an activation function that is not known */
export function activation(keys: ConfigKeys, otherwise: string, name = 'hidden_act'): Activation {
  const given = keys.text(otherwise, name);
  return (Object.hasOwn(activations, given) && activations[given]) || keys.refuse(`${name} "${given}"`);
}

/**
 * Which blocks attend through a window only: as `layer_types` says, or older files' rule.
 * @returns the window of each block; undefined where there is none
 */
export function windows(keys: ConfigKeys, blocks: number, window: number | null, otherwise: (block: number) => boolean): (number | undefined)[] {
  const types = keys.list('string', blocks, 'layer_types');
  const unknown = types?.find((type) => type !== 'full_attention' && type !== 'sliding_attention');
  if (unknown !== undefined) keys.refuse(`attention of the type "${unknown}"`);
  return Array.from({ length: blocks }, (_, block) => ((types ? types[block] === 'sliding_attention' : otherwise(block)) ? (window ?? undefined) : undefined));
}
