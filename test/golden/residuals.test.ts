import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { AuditService } from '../../src/audit/service';
import { ExpectedError } from '../../src/base/errors';
import { ModelError } from '../../src/core/model';
import { readBytes, readFloats, readSafetensorsHeader } from '../../src/core/tensors';
import { RecordTokenizer, Tokenizer } from '../../src/core/text';
import { EngineError } from '../../src/engine/errors';
import type { ResidualsRequest } from '../../src/protocol';
import { folderWith, refusal } from '../support/folder';
import { type Tolerance, golden, goldenJson, goldenTensors, worstExcess } from '../support/golden';
import { bundledModel, modelsFolder } from '../support/paths';

const service = new AuditService({ modelsFolder, profilesFolder: folderWith() });
afterAll(() => service.dispose());

const cpu = { adapter: null, threads: 1, device: 'cpu', cache: null } as const;
const folderOf = (name: string) => join(golden, 'models', name);
const write = (model: string | null, input: ResidualsRequest['input'], hooks: string[], out = join(folderWith(), 'trace.safetensors')) =>
  service.residuals({ settings: { ...cpu, model }, input, hooks, out, software: 'persona-lens 1.2.3' });

async function read(file: string) {
  const tensors = await readSafetensorsHeader(file);
  const bytes = readFileSync(file);
  const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE())).toString()) as { __metadata__: Record<string, string> };
  return {
    names: [...tensors.keys()],
    shapes: Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape])),
    metadata: header.__metadata__,
    ids: Array.from(new BigInt64Array((await readBytes(tensors.get('ids')!)).buffer), Number),
    floats: (name: string) => readFloats(tensors.get(name)!),
  };
}

describe('the file of residual streams against transformers', () => {
  test.each(['llama', 'gpt2', 'gemma2', 'gpt_neox'])('%s', async (name) => {
    const reference = await goldenTensors('models', name, 'reference.safetensors');
    const { tolerance } = goldenJson<{ tolerance: { logits: Tolerance; resid_post: Tolerance } }>('models', name, 'reference.json');
    const ids = [...reference.ints('b.input_ids')];
    const { path, hooks, tokens, bytes } = await write(folderOf(name), { ids }, ['all']);
    const file = await read(path);
    expect(file.ids).toEqual(ids);
    expect([tokens, bytes]).toEqual([ids.length, readFileSync(path).length]);
    expect(file.names).toEqual(['ids', ...hooks, 'logits']);
    expect(hooks).toHaveLength(name === 'gpt_neox' ? 5 : 9);
    for (let block = 0; block < 4; block++) {
      const hook = `blocks.${block}.hook_resid_post`;
      expect(file.shapes[hook]).toEqual([ids.length, 48]);
      expect(worstExcess(await file.floats(hook), await reference.floats(`b.resid_post.${block}`), tolerance.resid_post), hook).toBeLessThanOrEqual(1);
    }
    expect(worstExcess(await file.floats('logits'), (await reference.floats('b.logits')).slice(-320), tolerance.logits)).toBeLessThanOrEqual(1);
    if (name === 'llama') expect(worstExcess(await file.floats('blocks.0.hook_resid_pre'), await reference.floats('b.embed'), tolerance.resid_post)).toBeLessThanOrEqual(1);
  });

  test('the metadata name model, hash, hook points and what wrote it', async () => {
    const { path, model } = await write(folderOf('llama'), { ids: [1, 2, 3] }, ['blocks.2.hook_resid_mid', 'blocks.0.hook_resid_post']);
    expect((await read(path)).metadata).toEqual({
      model: 'llama',
      model_sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      hook_points: 'blocks.0.hook_resid_post,blocks.2.hook_resid_mid',
      precision: 'fp32',
      device: 'CPU',
      runtime: expect.stringContaining('onnxruntime') as string,
      software: 'persona-lens 1.2.3',
    });
    expect(model).toBe('llama');
  });
});

describe('what is asked for', () => {
  test.each([
    ['gpt_neox', 'blocks.1.hook_resid_mid', 'in block 1 attention and MLP are added at once, so that there is no middle'],
    ['llama', 'blocks.3.hook_resid_pre', 'what enters block 3 is blocks.2.hook_resid_post'],
    ['llama', 'blocks.4.hook_resid_post', 'blocks.N.hook_resid_post for N from 0 to 3, and all'],
    ['llama', 'hook_embed', '"hook_embed" is not a residual hook point'],
  ])('%s has no %s, and it is said what it has', async (name, hook, message) => {
    expect(await refusal(write(folderOf(name), { ids: [1] }, [hook]), ModelError)).toMatchObject({ reason: 'unknown-hook-point', message: expect.stringContaining(message) as string });
  });

  test('a token beyond the embedding never reaches the graph', async () => {
    for (const ids of [[1, 320], [-1], [2 ** 31]]) expect(await refusal(write(folderOf('llama'), { ids }, ['all']), EngineError)).toMatchObject({ reason: 'unknown-token', message: expect.stringContaining('embeddings for tokens 0 to 319') as string });
  });

  test('no token, and a file among the model\'s own, are refused, and nothing is written', async () => {
    expect((await refusal(write(folderOf('llama'), { ids: [] }, ['all']), ExpectedError)).reason).toBe('no-tokens');
    const before = readFileSync(join(folderOf('llama'), 'model.safetensors'));
    for (const name of ['model.safetensors', 'trace.safetensors', '../llama/config.json'])
      expect((await refusal(write(folderOf('llama'), { ids: [1] }, ['all'], join(folderOf('llama'), name)), ExpectedError)).reason).toBe('overwrites-model');
    expect(readFileSync(join(folderOf('llama'), 'model.safetensors')).equals(before)).toBe(true);
  });
});

test('a text is read as the model\'s tokenizer reads it, and a message stands in the chat template', async () => {
  const { tokenizer } = await RecordTokenizer.load(bundledModel, { kind: 'model' }, null);
  const idsOf = async (input: ResidualsRequest['input']) => (await read((await write(null, input, ['blocks.0.hook_resid_post'])).path)).ids;
  const text = 'The capital of France<|im_end|>';
  expect(await idsOf({ text })).toEqual([...tokenizer.encode('The capital of France').ids, tokenizer.controlTokens.get('<|im_end|>')]);
  const chat = await idsOf({ message: 'Hi <|im_end|>' });
  expect(tokenizer.decode(chat)).toMatch(/<\|im_start\|>user\nHi <\|im_end\|><\|im_end\|>\n$/);
  // What a person says is never a control token.
  expect(chat.filter((id) => id === tokenizer.controlTokens.get('<|im_end|>'))).toHaveLength(2);
});

test('bos stands first where tokenizer_config.json or the tokenizer itself adds it', async () => {
  const json = JSON.parse(readFileSync(join(bundledModel, 'tokenizer.json'), 'utf8')) as object;
  const bos = '<|im_start|>';
  const adding = { type: 'TemplateProcessing', single: [{ SpecialToken: { id: bos, type_id: 0 } }, { Sequence: { id: 'A', type_id: 0 } }], pair: [], special_tokens: { [bos]: { id: bos, ids: [1], tokens: [bos] } } };
  const first = async (tokenizer: object, config: object) => {
    const loaded = await Tokenizer.load(folderWith({ 'tokenizer.json': JSON.stringify(tokenizer), 'tokenizer_config.json': JSON.stringify({ bos_token: bos, ...config }) }));
    const ids = loaded.encodeTrusted('Hi there');
    return [loaded.addBos, ids.filter((id) => id === 1).length, ids[0] === 1];
  };
  expect(await first(json, {})).toEqual([false, 0, false]);
  expect(await first(json, { add_bos_token: true })).toEqual([true, 1, true]);
  expect(await first({ ...json, post_processor: adding }, {})).toEqual([true, 1, true]);
  expect(await first({ ...json, post_processor: adding }, { add_bos_token: true })).toEqual([true, 1, true]);
});
