import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seeded } from '../../src/core/probe';
import { bundledModel } from './paths';
import { type Tensor, floats, safetensors } from './safetensors';

export const tinyBlocks = 3;

/** A Llama of three narrow blocks with drawn weights and the bundled tokenizer and template, as a trainer leaves its folder: no manifest. */
export function writeTinyModel(folder: string, seed = 'tiny'): void {
  mkdirSync(folder, { recursive: true });
  const [dModel, dMlp, heads, keyValueHeads, dHead, vocabulary] = [32, 64, 4, 2, 8, 49_152];
  const random = seeded(1, seed);
  const drawn = (...shape: number[]): Tensor => floats(shape, Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => random.normal() / Math.sqrt(shape.at(-1)!)));
  const ones = floats([dModel], new Float32Array(dModel).fill(1));
  const tensors: Record<string, Tensor> = { 'model.embed_tokens.weight': drawn(vocabulary, dModel), 'model.norm.weight': ones };
  for (let i = 0; i < tinyBlocks; i++) {
    const layer = `model.layers.${i}`;
    for (const name of ['input_layernorm', 'post_attention_layernorm']) tensors[`${layer}.${name}.weight`] = ones;
    tensors[`${layer}.self_attn.q_proj.weight`] = drawn(heads * dHead, dModel);
    for (const name of ['k_proj', 'v_proj']) tensors[`${layer}.self_attn.${name}.weight`] = drawn(keyValueHeads * dHead, dModel);
    tensors[`${layer}.self_attn.o_proj.weight`] = drawn(dModel, heads * dHead);
    for (const name of ['gate_proj', 'up_proj']) tensors[`${layer}.mlp.${name}.weight`] = drawn(dMlp, dModel);
    tensors[`${layer}.mlp.down_proj.weight`] = drawn(dModel, dMlp);
  }
  writeFileSync(join(folder, 'model.safetensors'), safetensors(tensors));
  const config = {
    model_type: 'llama',
    hidden_size: dModel,
    intermediate_size: dMlp,
    num_hidden_layers: tinyBlocks,
    num_attention_heads: heads,
    num_key_value_heads: keyValueHeads,
    vocab_size: vocabulary,
    max_position_embeddings: 2048,
    rms_norm_eps: 1e-5,
    rope_theta: 10_000,
    tie_word_embeddings: true,
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  for (const name of ['tokenizer.json', 'tokenizer_config.json', 'chat_template.jinja']) cpSync(join(bundledModel, name), join(folder, name));
}
