import { truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ModelError, attachAdapter, decoderGraph, openAdapter, openCheckpoint } from '../../../src/core/model';
import { TensorFileError } from '../../../src/core/tensors';
import { folderWith, refusal } from '../../support/folder';
import { golden } from '../../support/golden';
import { type Tensor, floats, safetensors } from '../../support/safetensors';

const config = { peft_type: 'LORA', r: 2, lora_alpha: 8, bias: 'none', modules_to_save: null, rank_pattern: {}, base_model_name_or_path: 'some/base' };
const key = (module: string, kind: string) => `base_model.model.${module}.${kind}`;
const zeros = (...shape: number[]) => floats(shape, new Float32Array(shape.reduce((product, dim) => product * dim, 1)));
const pair = (module: string, [out, input]: [number, number], rank = 2): Record<string, Tensor> => ({ [key(module, 'lora_A.weight')]: zeros(rank, input), [key(module, 'lora_B.weight')]: zeros(out, rank) });
const q = 'model.layers.0.self_attn.q_proj';
const tensors = pair(q, [48, 48]);
const adapter = (changes: Record<string, unknown> = {}, weights: Record<string, Tensor> = tensors) =>
  folderWith({ 'adapter_config.json': JSON.stringify({ ...config, ...changes }), 'adapter_model.safetensors': safetensors(weights) });

describe('what an adapter says', () => {
  test('modules, scaling and base; the same files have the same hash', async () => {
    const opened = await openAdapter(adapter());
    expect(opened).toMatchObject({ base: 'some/base', changes: [{ module: q, scaling: 4 }] });
    expect(opened.hash).toBe((await openAdapter(adapter())).hash);
    expect(opened.hash).not.toBe((await openAdapter(adapter({ lora_alpha: 16 }))).hash);
  });

  test('scaling by patterns of the modules\' last names, and by the root of the rank', async () => {
    const other = 'model.layers.1.mlp.down_proj';
    const scalings = async (changes: Record<string, unknown>) => (await openAdapter(adapter(changes, { ...tensors, ...pair(other, [48, 80], 4) }))).changes.map(({ scaling }) => scaling);
    expect(await scalings({ rank_pattern: { down_proj: 4 } })).toEqual([4, 2]);
    expect(await scalings({ rank_pattern: { 'layers.1.mlp.down_proj': 4 }, alpha_pattern: { '.*down.*': 16 } })).toEqual([4, 4]);
    expect(await scalings({ rank_pattern: { down_proj: 4 }, use_rslora: true })).toEqual([8 / Math.SQRT2, 4]);
    // A pattern is a whole name, not a part of one.
    expect((await refusal(scalings({ rank_pattern: { own_proj: 4 } }), ModelError)).message).toMatch(/down_proj has lora_A \[4, 80\] and lora_B \[48, 4\], and its rank is 2/);
  });
});

describe('what is not supported is refused by name', () => {
  test.each<[Record<string, unknown>, string]>([
    [{ peft_type: 'IA3' }, 'peft_type "IA3"'],
    [{ peft_type: undefined }, 'peft_type undefined'],
    [{ modules_to_save: ['lm_head'] }, 'modules_to_save ["lm_head"]'],
    [{ bias: 'all' }, 'bias "all"'],
    [{ bias: 'lora_only' }, 'bias "lora_only"'],
    [{ lora_bias: true }, 'lora_bias true'],
    [{ layer_replication: [[0, 2]] }, 'layer_replication [[0,2]]'],
    [{ trainable_token_indices: [3] }, 'trainable_token_indices [3]'],
    [{ target_parameters: ['experts.w1'] }, 'target_parameters ["experts.w1"]'],
    [{ use_qalora: true }, 'use_qalora true'],
    [{ some_later_option: { a: 1 } }, 'some_later_option {"a":1}'],
    [{ init_lora_weights: 'pissa' }, 'init_lora_weights "pissa"'],
  ])('%j', async (changes, named) => {
    const error = await refusal(openAdapter(adapter(changes)), ModelError);
    expect(error).toMatchObject({ reason: 'unsupported', message: expect.stringContaining(named) as string });
    expect(error.message).toMatch(/adapter_config\.json: .*Merge the adapter into its base/);
  });

  test.each([key('model.embed_tokens', 'lora_embedding_A'), key(q, 'lora_B.bias'), 'model.layers.0.self_attn.q_proj.weight'])('the tensor %s', async (name) => {
    expect(await refusal(openAdapter(adapter({}, { ...tensors, [name]: zeros(2) })), ModelError)).toMatchObject({ reason: 'unsupported', message: expect.stringContaining(`the tensor ${name} is no matrix of a LoRA`) as string });
  });
});

describe('files that are wrong', () => {
  test.each<[string, Record<string, unknown>, Record<string, Tensor>, RegExp]>([
    ['a matrix is missing', {}, { [key(q, 'lora_A.weight')]: zeros(2, 48) }, /q_proj has no lora_B\..*fetch/],
    ['another rank', { r: 3 }, tensors, /its rank is 3/],
    ['magnitudes that are not announced', {}, { ...tensors, [key(q, 'lora_magnitude_vector')]: zeros(48) }, /has magnitudes, and use_dora is not set/],
    ['no magnitudes', { use_dora: true }, tensors, /has no lora_magnitude_vector/],
    ['magnitudes of another number', { use_dora: true }, { ...tensors, [key(q, 'lora_magnitude_vector')]: zeros(47) }, /has 47 magnitudes for 48 outputs/],
    ['nothing in it', {}, {}, /holds no tensors/],
    ['whole numbers', {}, { ...tensors, [key(q, 'lora_A.weight')]: { dtype: 'I32', shape: [2, 48], data: new Uint8Array(384) } }, /type int32/],
  ])('%s', async (_, changes, weights, message) => {
    const folder = adapter(changes, weights);
    const error = await refusal(openAdapter(folder), ModelError);
    expect(error.reason).toBe('bad-weights');
    expect(error.message).toMatch(message);
    expect(error.message).toContain(join(folder, 'adapter_model.safetensors'));
  });

  test.each([['r', 0], ['r', undefined], ['lora_alpha', '8'], ['rank_pattern', { q: 'two' }]])('%s %j in the configuration', async (name, value) => {
    expect(await refusal(openAdapter(adapter({ [name]: value })), ModelError)).toMatchObject({ reason: 'bad-config', message: expect.stringMatching(new RegExp(`adapter_config.json: ${name}`)) as string });
  });

  test('a pattern that is no regular expression, and a configuration that is no JSON', async () => {
    expect((await refusal(openAdapter(adapter({ rank_pattern: { '(': 2 } })), ModelError)).message).toContain('"(" is no pattern');
    const folder = adapter();
    writeFileSync(join(folder, 'adapter_config.json'), '[]');
    expect((await refusal(openAdapter(folder), ModelError)).message).toContain('is not a JSON object');
  });

  test('missing and truncated ones', async () => {
    expect((await refusal(openAdapter(folderWith({})), ModelError)).message).toContain('adapter_config.json cannot be read');
    const pickle = folderWith({ 'adapter_config.json': JSON.stringify(config), 'adapter_model.bin': 'x' });
    expect((await refusal(openAdapter(pickle), ModelError)).message).toContain('adapter_model.bin, a pickle, is not read');
    const folder = adapter();
    truncateSync(join(folder, 'adapter_model.safetensors'), 400);
    expect(await refusal(openAdapter(folder), TensorFileError)).toMatchObject({ reason: 'damaged', message: expect.stringContaining('adapter_model.safetensors') as string });
  });
});

describe('an adapter of another model', () => {
  const attach = async (weights: Record<string, Tensor>, base = 'llama') => {
    const { config: model, weights: stored } = await openCheckpoint(join(golden, 'models', base));
    return attachAdapter(decoderGraph(model, stored), await openAdapter(adapter({}, weights)));
  };

  test('fits where modules and shapes are the model\'s', async () => expect((await attach(tensors)).inputs.at(-1)!.name).toBe('lora_scale'));

  test.each<[string, Record<string, Tensor>, RegExp]>([
    ['a module that is not there', pair('model.layers.9.self_attn.q_proj', [48, 48]), /changes model\.layers\.9\.self_attn\.q_proj, and the model has no linear module of that name\. It belongs to another model \(some\/base\)/],
    ['a value that is no linear module', pair('blocks.0.hook_resid_post', [48, 48]), /no linear module of that name/],
    ['other shapes', pair(q, [64, 48]), /was made for .*q_proj of \[64, 48\], and the model's is \[48, 48\]/],
  ])('%s', async (_, weights, message) => {
    const error = await refusal(attach(weights), ModelError);
    expect(error.reason).toBe('wrong-base');
    expect(error.message).toMatch(message);
  });

  test('the shapes of matrices stored the other way round, and of halves', async () => {
    expect((await refusal(attach(pair('transformer.h.0.attn.c_attn', [48, 144]), 'gpt2'), ModelError)).message).toContain("the model's is [144, 48]");
    expect((await refusal(attach(pair('model.layers.0.mlp.down_proj', [80, 48]), 'llama_bf16'), ModelError)).message).toContain("the model's is [48, 80]");
  });

  test('the unembedding is no module within the blocks', async () => {
    expect(await refusal(attach(pair('lm_head', [320, 48])), ModelError)).toMatchObject({ reason: 'unsupported', message: expect.stringContaining('changes lm_head') as string });
  });
});
