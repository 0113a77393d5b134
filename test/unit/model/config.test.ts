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

describe('parseConfig', () => {
  test('the bundled model', () => {
    expect(parseConfig(readFileSync(join(bundledModel, 'config.json'), 'utf8'), 'config.json')).toEqual({
      modelType: 'llama',
      dModel: 576,
      dMlp: 1536,
      blocks: 30,
      heads: 9,
      keyValueHeads: 3,
      dHead: 64,
      vocabulary: 49152,
      maxPositions: 8192,
      normEpsilon: 1e-5,
      ropeTheta: 100_000,
      tiedEmbeddings: true,
      quantisedBlock: 32,
    });
  });

  test('older files say less: what they leave out has llama\'s defaults', () => {
    expect(parse({})).toMatchObject({ keyValueHeads: 4, dHead: 16, ropeTheta: 50_000, tiedEmbeddings: false, quantisedBlock: null });
    expect(parse({ rope_theta: undefined }).ropeTheta).toBe(10_000);
    expect(parse({ num_key_value_heads: null, head_dim: null, rope_theta: null, hidden_act: null, tie_word_embeddings: null, attention_bias: null, quantization_config: null })).toMatchObject({ keyValueHeads: 4, dHead: 16, ropeTheta: 10_000 });
  });

  test('newer files keep rope settings in rope_parameters, which hold', () => {
    expect(parse({ rope_theta: undefined, rope_parameters: { rope_theta: 700, rope_type: 'default' } }).ropeTheta).toBe(700);
    expect(parse({ rope_parameters: { rope_theta: 700 } }).ropeTheta).toBe(700);
    expect(parse({ num_key_value_heads: 2, head_dim: 32 })).toMatchObject({ keyValueHeads: 2, dHead: 32 });
  });

  test('positions are bounded, so that tables over them are', () => {
    expect(parse({ max_position_embeddings: 10_485_760 }).maxPositions).toBe(131_072);
  });

  test.each<[object, RegExp]>([
    [{ model_type: 'gpt2' }, /model_type "gpt2"/],
    [{ rope_scaling: { type: 'linear', factor: 2 } }, /rope scaling "linear"/],
    [{ rope_scaling: { rope_type: 'llama3', factor: 8 } }, /rope scaling "llama3"/],
    [{ rope_scaling: { factor: 8 } }, /rope scaling "of no type"/],
    [{ rope_parameters: { rope_theta: 1e4, rope_type: 'yarn', factor: 4 } }, /rope scaling "yarn"/],
    [{ rope_parameters: { rope_type: 'default' }, rope_scaling: { type: 'dynamic', factor: 2 } }, /rope scaling "dynamic"/],
    [{ rope_parameters: { rope_type: 'default', partial_rotary_factor: 0.5 } }, /a part of each head/],
    [{ rope_interleaved: true }, /interleaved/],
    [{ attention_bias: true }, /a bias in attention/],
    [{ mlp_bias: true }, /a bias in attention or MLP/],
    [{ hidden_act: 'gelu' }, /hidden_act "gelu"/],
    [{ quantization_config: { quant_method: 'gptq', bits: 4 } }, /quantisation "gptq"/],
    [{ quantization_config: { quant_method: 'bitsandbytes', load_in_4bit: true } }, /quantisation "bitsandbytes"/],
  ])('%j is refused by name', async (changes, message) => {
    const error = await refused(changes);
    expect(error.reason).toBe('unknown-architecture');
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/^folder\/config\.json: .* is not supported\. Supported: llama/);
  });

  test.each<[object, RegExp]>([
    [{ hidden_size: undefined }, /: hidden_size: /],
    [{ num_hidden_layers: 0 }, /: num_hidden_layers: /],
    [{ vocab_size: '100' }, /: vocab_size: /],
    [{ rms_norm_eps: -1 }, /: rms_norm_eps: /],
    [{ model_type: undefined }, /: model_type: /],
    [{ num_key_value_heads: 3 }, /4 attention heads cannot share 3/],
    [{ hidden_size: 66 }, /width of 16\.5 a head/],
    [{ head_dim: 15 }, /width of 15 a head/],
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
