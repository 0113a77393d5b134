import { z } from 'zod';
import { ModelError } from './errors';

const schema = z.object({
  model_type: z.string(),
  hidden_size: z.number().int().positive(),
  intermediate_size: z.number().int().positive(),
  num_hidden_layers: z.number().int().positive(),
  num_attention_heads: z.number().int().positive(),
  num_key_value_heads: z.number().int().positive().nullish(),
  head_dim: z.number().int().positive().nullish(),
  vocab_size: z.number().int().positive(),
  max_position_embeddings: z.number().int().positive(),
  rms_norm_eps: z.number().positive(),
  rope_theta: z.number().positive().nullish(),
  rope_parameters: z.looseObject({ rope_theta: z.number().positive().optional() }).nullish(),
  rope_scaling: z.record(z.string(), z.unknown()).nullish(),
  rope_interleaved: z.boolean().nullish(),
  attention_bias: z.boolean().nullish(),
  mlp_bias: z.boolean().nullish(),
  hidden_act: z.string().nullish(),
  tie_word_embeddings: z.boolean().nullish(),
  quantization_config: z.object({ quant_method: z.string(), block_size: z.number().int().optional() }).nullish(),
});

/** Rows are never longer (the largest setting of maxTokens), so tables over positions need not be either. */
const mostPositions = 131_072;

/** What the product reads of a checkpoint's config.json, in the field's terms. */
export interface ModelConfig {
  modelType: string;
  dModel: number;
  dMlp: number;
  blocks: number;
  heads: number;
  keyValueHeads: number;
  dHead: number;
  vocabulary: number;
  maxPositions: number;
  normEpsilon: number;
  ropeTheta: number;
  tiedEmbeddings: boolean;
  /** Block size of four-bit weights with scale and minimum (GGUF Q4_1), or null for float weights. */
  quantisedBlock: number | null;
}

/**
 * Reads config.json's text; newer files keep rope settings in `rope_parameters`, older ones at the top.
 * @param where the file, for messages
 * @throws ModelError `bad-config`, `unknown-architecture`
 */
export function parseConfig(text: string, where: string): ModelConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ModelError('bad-config', `${where} is not JSON. Fetch the model's files again.`, { cause: error });
  }
  const bad = (what: string) => new ModelError('bad-config', `${where}: ${what}. Check that this is the config.json of a causal language model.`);
  const refuse = (what: string): never => {
    throw new ModelError('unknown-architecture', `${where}: ${what} is not supported. Supported: llama without rope scaling and biases.`);
  };
  const modelType = (json as { model_type?: unknown } | null)?.model_type;
  if (typeof modelType === 'string' && modelType !== 'llama') refuse(`model_type "${modelType}"`);
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw bad(`${issue.path.join('.') || 'the file'}: ${issue.message}`);
  }
  const config = parsed.data;
  for (const rope of [config.rope_parameters, config.rope_scaling]) if (rope) refuseScaling(rope, refuse);
  if (config.rope_interleaved) refuse('an interleaved rotary embedding');
  if (config.attention_bias || config.mlp_bias) refuse('a bias in attention or MLP');
  if (config.hidden_act && config.hidden_act !== 'silu') refuse(`hidden_act "${config.hidden_act}"`);
  const quantisation = config.quantization_config;
  if (quantisation && quantisation.quant_method !== 'q4_1') refuse(`quantisation "${quantisation.quant_method}"`);
  const heads = config.num_attention_heads;
  const keyValueHeads = config.num_key_value_heads ?? heads;
  const dHead = config.head_dim ?? config.hidden_size / heads;
  if (heads % keyValueHeads !== 0) throw bad(`${heads} attention heads cannot share ${keyValueHeads} key-value heads`);
  if (dHead % 2 !== 0) throw bad(`a width of ${dHead} a head (hidden_size / num_attention_heads) cannot be rotated`);
  return {
    modelType: config.model_type,
    dModel: config.hidden_size,
    dMlp: config.intermediate_size,
    blocks: config.num_hidden_layers,
    heads,
    keyValueHeads,
    dHead,
    vocabulary: config.vocab_size,
    maxPositions: Math.min(config.max_position_embeddings, mostPositions),
    normEpsilon: config.rms_norm_eps,
    ropeTheta: config.rope_parameters?.rope_theta ?? config.rope_theta ?? 10_000,
    tiedEmbeddings: config.tie_word_embeddings ?? false,
    quantisedBlock: quantisation ? (quantisation.block_size ?? 32) : null,
  };
}

/** Rope settings that ask for more than turning each whole head by the position. */
function refuseScaling(rope: Record<string, unknown>, refuse: (what: string) => never): void {
  const type = rope['rope_type'] ?? rope['type'] ?? (rope['factor'] === undefined ? 'default' : 'of no type');
  if (type !== 'default') refuse(`rope scaling "${String(type)}"`);
  if ((rope['partial_rotary_factor'] ?? 1) !== 1) refuse('a rotary embedding of a part of each head');
}
