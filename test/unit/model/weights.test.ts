import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ModelError, openWeights } from '../../../src/core/model';
import { TensorFileError } from '../../../src/core/tensors';
import { folderWith, refusal } from '../../support/folder';
import { golden } from '../../support/golden';
import { floats, safetensors } from '../../support/safetensors';

const one = safetensors({ 'a.weight': floats([2, 1], [1, 2]), shared: floats([1], [3]) });
const two = safetensors({ 'b.weight': floats([1], [4]), shared: floats([2], [5, 6]) });
const index = (map: unknown) => JSON.stringify({ metadata: {}, weight_map: map });
const sharded = (map: unknown) => folderWith({ 'model-1.safetensors': one, 'model-2.safetensors': two, 'model.safetensors.index.json': index(map) });

describe('openWeights', () => {
  test('one file', async () => {
    const folder = folderWith({ 'model.safetensors': one });
    const weights = await openWeights(folder);
    expect(weights.has('a.weight')).toBe(true);
    expect(weights.has('b.weight')).toBe(false);
    expect(weights.get('a.weight', [2, 1])).toMatchObject({ dtype: 'float32', bytes: { file: join(folder, 'model.safetensors'), length: 8 } });
  });

  test('shards: the index says which file a tensor is taken from', async () => {
    const weights = await openWeights(sharded({ 'a.weight': 'model-1.safetensors', 'b.weight': 'model-2.safetensors', shared: 'model-1.safetensors' }));
    expect(weights.get('shared', [1]).bytes.file).toMatch(/model-1\.safetensors$/);
    expect(weights.get('b.weight', [1]).bytes.file).toMatch(/model-2\.safetensors$/);
  });

  test('the index counts where both are there', async () => {
    const folder = folderWith({ 'model.safetensors': one, 'model-2.safetensors': two, 'model.safetensors.index.json': index({ 'b.weight': 'model-2.safetensors' }) });
    expect((await openWeights(folder)).has('a.weight')).toBe(false);
  });

  test('a tensor of another shape or type, or none, is refused by name', async () => {
    const bytes = { dtype: 'F8_E4M3', shape: [1], data: Uint8Array.of(1) };
    const weights = await openWeights(folderWith({ 'model.safetensors': safetensors({ 'a.weight': floats([2, 1], [1, 2]), 'f8.weight': bytes, 'a.qweight': { ...bytes, dtype: 'U8' } }) }));
    const refused = (name: string, shape: number[]) => refusal(() => weights.get(name, shape), ModelError);
    expect(await refused('b', [1])).toMatchObject({ reason: 'missing-tensor', message: expect.stringContaining('no tensor b.') as string });
    expect(await refused('a.weight', [1, 2])).toMatchObject({ reason: 'bad-weights', message: expect.stringContaining('a.weight is [2, 1], and config.json asks for [1, 2]') as string });
    expect(await refused('f8.weight', [1])).toMatchObject({ reason: 'bad-weights', message: expect.stringContaining('f8.weight is of type float8e4m3fn') as string });
    expect(weights.get('a.qweight', [1]).dtype).toBe('uint8');
  });

  test('a folder without weights, and a missing shard, say which file', async () => {
    expect(await refusal(openWeights(folderWith()), ModelError)).toMatchObject({ reason: 'not-found', message: expect.stringContaining('model.safetensors') as string });
    expect(await refusal(openWeights(sharded({ x: 'model-3.safetensors' })), TensorFileError)).toMatchObject({ reason: 'not-found', message: expect.stringContaining('model-3.safetensors') as string });
  });

  test('a tensor that is not where the index says is refused', async () => {
    const error = await refusal(openWeights(sharded({ 'b.weight': 'model-1.safetensors' })), ModelError);
    expect(error).toMatchObject({ reason: 'bad-weights', message: expect.stringContaining('b.weight is in model-1.safetensors') as string });
  });

  test.each(['../model-1.safetensors', '/etc/passwd', 'sub/model-1.safetensors', '..', '.', '', null, 3, ['model-1.safetensors']])('shard %j does not leave the folder', async (shard) => {
    const error = await refusal(openWeights(sharded({ 'a.weight': shard })), ModelError);
    expect(error).toMatchObject({ reason: 'bad-weights', message: expect.stringContaining('model.safetensors.index.json') as string });
  });

  test.each(['{', 'null', '{}', '{"weight_map":null}', '{"weight_map":"a"}'])('index %j is refused', async (text) => {
    const error = await refusal(openWeights(folderWith({ 'model.safetensors': one, 'model.safetensors.index.json': text })), ModelError);
    expect(error).toMatchObject({ reason: 'bad-weights', message: expect.stringContaining('model.safetensors.index.json') as string });
  });
});

describe('the golden shards', () => {
  test.each(['sharded_missing_shard', 'sharded_wrong_shard', 'sharded_path_traversal'])('%s is refused', async (name) => {
    await expect(openWeights(join(golden, 'broken/safetensors', name))).rejects.toMatchObject({ reason: expect.stringMatching(/not-found|bad-weights/) as string });
  });
});
