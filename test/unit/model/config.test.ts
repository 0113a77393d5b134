import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ModelError, parseConfig } from '../../../src/core/model';
import { refusal } from '../../support/folder';
import { bundledModel } from '../../support/paths';

const older = {
  model_type: 'llama',
  hidden_size: 64,
  intermediate_size: 128,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  vocab_size: 100,
  max_position_embeddings: 512,
  rms_norm_eps: 1e-5,
  rope_theta: 50_000,
  rope_scaling: null,
  hidden_act: 'silu',
};
const parse = (changes: object) => parseConfig(JSON.stringify({ ...older, ...changes }), 'folder/config.json');
const refused = (changes: object) => refusal(() => parse(changes), ModelError);

/** What the first block turns its heads by. */
const ropeOf = (changes: object) => parse(changes).block(0).attention.rope;

describe('parseConfig', () => {
  test('the bundled model', () => {
    const config = parseConfig(readFileSync(join(bundledModel, 'config.json'), 'utf8'), 'config.json');
    expect(config).toMatchObject({
      modelType: 'llama',
      dModel: 576,
      dMlp: 1536,
      blocks: 30,
      heads: 9,
      keyValueHeads: 3,
      dHead: 64,
      vocabulary: 49152,
      maxPositions: 8192,
      norm: { kind: 'rms', epsilon: 1e-5 },
      head: {},
    });
    expect(config.block(29)).toMatchObject({ attention: { rope: { width: 64, theta: 100_000 }, scale: 1 / 8 }, mlp: { activation: 'silu' } });
  });

  test('older files say less: what they leave out has llama\'s defaults', () => {
    expect(parse({})).toMatchObject({ keyValueHeads: 4, dHead: 16, head: { unembedding: 'lm_head' } });
    expect(ropeOf({})).toEqual({ width: 16, theta: 50_000 });
    expect(ropeOf({ rope_theta: undefined })?.theta).toBe(10_000);
    expect(parse({ num_key_value_heads: null, head_dim: null, rope_theta: null, hidden_act: null, tie_word_embeddings: null, attention_bias: null, quantization_config: null })).toMatchObject({ keyValueHeads: 4, dHead: 16 });
  });

  test('newer files keep rope settings in rope_parameters, which hold', () => {
    expect(ropeOf({ rope_theta: undefined, rope_parameters: { rope_theta: 700, rope_type: 'default' } })?.theta).toBe(700);
    expect(ropeOf({ rope_parameters: { rope_theta: 700 } })?.theta).toBe(700);
    expect(ropeOf({ rope_parameters: { partial_rotary_factor: 0.5 } })?.width).toBe(8);
    expect(parse({ num_key_value_heads: 2, head_dim: 32 })).toMatchObject({ keyValueHeads: 2, dHead: 32 });
  });

  test('positions are bounded', () => {
    expect(parse({ max_position_embeddings: 10_485_760 }).maxPositions).toBe(131_072);
  });

  test.each<[string, object, object]>([
    ['mistral: 4096 keys where nothing is said', { model_type: 'mistral' }, { attention: { window: 4096 } }],
    ['mistral: none where null is said', { model_type: 'mistral', sliding_window: null }, { attention: { window: undefined } }],
    ['qwen2: none unless it is switched on', { model_type: 'qwen2', sliding_window: 8, max_window_layers: 0 }, { attention: { window: undefined } }],
    ['qwen2: from max_window_layers on', { model_type: 'qwen2', sliding_window: 8, use_sliding_window: true, max_window_layers: 1 }, { attention: { window: 8 } }],
    ['gemma2: the second block sees all', { model_type: 'gemma2', sliding_window: 8 }, { attention: { window: undefined, softcap: 50 } }],
    ['gemma2: no soft cap where null is said', { model_type: 'gemma2', attn_logit_softcapping: null }, { attention: { softcap: undefined } }],
    ['qwen2: biases of queries, keys and values', { model_type: 'qwen2' }, { attention: { projections: { query: { bias: true } }, out: { bias: false } } }],
    ['llama with biases', { attention_bias: true }, { attention: { projections: { value: { bias: true } }, out: { bias: true } } }],
  ])('%s', (_, changes, second) => {
    expect(parse(changes).block(1)).toMatchObject(second);
  });

  test.each<[object, RegExp]>([
    [{ model_type: 'bloom' }, /model_type "bloom" is not supported\. Known: llama, mistral/],
    [{ rope_scaling: { type: 'dynamic', factor: 2 } }, /rope scaling "dynamic"/],
    [{ rope_scaling: { factor: 8 } }, /rope scaling "of no type"/],
    [{ rope_parameters: { rope_type: 'default' }, rope_scaling: { type: 'linear', factor: 2 } }, /rope_parameters beside rope_scaling "linear"/],
    [{ rope_interleaved: true }, /interleaved/],
    [{ hidden_act: 'relu' }, /hidden_act "relu"/],
    [{ hidden_act: 'constructor' }, /hidden_act "constructor"/],
    [{ model_type: 'qwen3', layer_types: ['full_attention', 'chunked_attention'] }, /attention of the type "chunked_attention"/],
    [{ model_type: 'gemma3_text', use_bidirectional_attention: true }, /attention to later tokens/],
    [{ model_type: 'gpt2', n_embd: 8, n_head: 2, n_layer: 1, n_positions: 8, add_cross_attention: true }, /cross-attention/],
    [{ quantization_config: { quant_method: 'gptq', bits: 4 } }, /quantisation "gptq"/],
    [{ quantization_config: { quant_method: 'bitsandbytes', load_in_4bit: true } }, /quantisation "bitsandbytes"/],
  ])('%j is refused by name', async (changes, message) => {
    const error = await refused(changes);
    expect(error.reason).toBe('unsupported');
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^folder\/config\.json: .* is not supported\. .*CONTRIBUTING\.md/);
  });

  test.each<[object, RegExp]>([
    [{ hidden_size: undefined }, /: hidden_size is missing/],
    [{ num_hidden_layers: 0 }, /: num_hidden_layers is not a positive integer/],
    [{ vocab_size: '100' }, /: vocab_size is not/],
    [{ rms_norm_eps: -1 }, /: rms_norm_eps is not a positive number/],
    [{ model_type: undefined }, /: model_type is missing/],
    [{ tie_word_embeddings: 'no' }, /: tie_word_embeddings is not true or false/],
    [{ rope_scaling: { rope_type: 'llama3', factor: '8' } }, /: rope_scaling\.factor is not a positive number/],
    [{ rope_scaling: { rope_type: 'longrope', short_factor: [1, 2], long_factor: [1, 2] } }, /: rope_scaling\.short_factor is not a list of 8 numbers/],
    [{ num_key_value_heads: 3 }, /4 attention heads cannot share 3/],
    [{ hidden_size: 66 }, /width of 66 does not divide into 4 heads/],
    [{ head_dim: 15 }, /15 of 15 dimensions/],
  ])('%j: the message names the field', async (changes, message) => {
    const error = await refused(changes);
    expect(error.reason).toBe('bad-config');
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^folder\/config\.json: /);
  });

  test('a model of another architecture is named, whatever else its config lacks', async () => {
    expect((await refusal(() => parseConfig('{"model_type":"bert"}', 'config.json'), ModelError)).message).toContain('model_type "bert"');
  });

  test.each(['', '{', '<html>', 'null', '[]', '"llama"'])('%j is no config', async (text) => {
    const error = await refusal(() => parseConfig(text, 'folder/config.json'), ModelError);
    expect(error).toMatchObject({ reason: 'bad-config', message: expect.stringMatching(/^folder\/config\.json/) as string });
  });
});
