import { closeSync, copyFileSync, cpSync, mkdirSync, openSync, readFileSync, readdirSync, statSync, symlinkSync, truncateSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ExpectedError } from '../../src/base/errors';
import { type TensorLayout, byteLength, readFloats, readSafetensorsHeader, safetensorsHeader } from '../../src/core/tensors';
import { bareRecord } from '../../src/engine/bareRecord';
import { Engine, type EngineOptions } from '../../src/engine/engine';
import { folderWith, refusal } from '../support/folder';
import { golden, goldenJson } from '../support/golden';

const llama = join(golden, 'models/llama');
const sharded = join(golden, 'models/llama_sharded');
const config = () => JSON.parse(readFileSync(join(llama, 'config.json'), 'utf8')) as Record<string, unknown>;

let engine: Engine | null = null;
const open = async (model: string, options: Partial<EngineOptions> = {}) => (engine = await Engine.open({ model, threads: 1, ...options }));
const refused = (model: string, options?: Partial<EngineOptions>) => refusal(open(model, options), ExpectedError);
afterEach(async () => {
  await engine?.dispose();
  engine = null;
});

/** A copy of the model whose files may be changed. */
function copyOf(model: string): string {
  const folder = folderWith();
  for (const name of readdirSync(model)) writeFileSync(join(folder, name), readFileSync(join(model, name)));
  return folder;
}

describe('a folder that is not a model that can be read', () => {
  test('every broken safetensors file is refused by its name, with what to do', async () => {
    const { files } = goldenJson<{ files: { file: string; must: string }[] }>('broken/safetensors/index.json');
    const broken = files.filter(({ file, must }) => must === 'refuse' && file.endsWith('.safetensors'));
    expect(broken.length).toBeGreaterThanOrEqual(24);
    for (const { file } of broken) {
      const folder = folderWith({ 'config.json': JSON.stringify(config()), 'model.safetensors': readFileSync(join(golden, 'broken/safetensors', file)) });
      expect((await refused(folder)).message, file).toMatch(new RegExp(`^${folder}/model\\.safetensors: .+\\. The file is damaged or incomplete: wait where it is still being written, otherwise fetch it again\\.$`));
    }
  });

  test.each([
    ['another width', { hidden_size: 96 }, /config\.json asks for \[320, 96\]/],
    ['more blocks', { num_hidden_layers: 5 }, /no tensor model\.layers\.4\./],
    ['fewer blocks', { num_hidden_layers: 3 }, /holds model\.layers\.3\..+ and \d+ more, which a llama of this config\.json does not have/],
    ['another vocabulary', { vocab_size: 319 }, /model\.embed_tokens\.weight is \[320, 48\], and config\.json asks for \[319, 48\]/],
    ['another architecture', { model_type: 'gpt2', n_embd: 48, n_head: 4, n_layer: 4, n_positions: 64 }, /no tensor/],
    ['heads that share nothing evenly', { num_key_value_heads: 3, num_attention_heads: 4 }, /4 attention heads cannot share 3 key-value heads/],
  ])('a config of %s disagrees with the weights', async (_, changes, message) => {
    const folder = copyOf(llama);
    writeFileSync(join(folder, 'config.json'), JSON.stringify({ ...config(), ...changes }));
    expect((await refused(folder)).message).toMatch(message);
  });

  test('a symlink loop is said to be one, for the weights and for the config', async () => {
    const folder = copyOf(llama);
    symlinkSync('loop.safetensors', join(folder, 'loop.safetensors'));
    const weights = folderWith({ 'config.json': JSON.stringify(config()) });
    symlinkSync('model.safetensors', join(weights, 'model.safetensors'));
    expect((await refused(weights)).message).toBe(`${weights}/model.safetensors is a link that leads back to itself. Fetch the model's files again, or wait where they are still being written.`);
    const configs = folderWith();
    symlinkSync('config.json', join(configs, 'config.json'));
    expect((await refused(configs)).message).toContain('config.json cannot be read (ELOOP)');
    const folders = folderWith();
    symlinkSync('model', join(folders, 'model'));
    expect((await refused(join(folders, 'model'))).message).toContain('ELOOP');
    // A loop beside the model's files is none of its business.
    await open(folder);
  });

  test('weights that are not finite are refused', async () => {
    const tensors = await readSafetensorsHeader(join(llama, 'model.safetensors'));
    const layout: TensorLayout[] = [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
    const data = await Promise.all([...tensors].map(async ([name, tensor]) => {
      const values = await readFloats(tensor);
      if (name === 'model.layers.1.mlp.up_proj.weight') values[7] = NaN;
      return new Uint8Array(values.buffer);
    }));
    const folder = folderWith({ 'config.json': JSON.stringify(config()), 'model.safetensors': Buffer.concat([safetensorsHeader(layout), ...data]) });
    expect(await refused(folder)).toMatchObject({ reason: 'not-finite', message: expect.stringContaining('fetch them again') as string });
  });
});

describe('a folder that is still being written', () => {
  const wait = /wait (where|until)/;

  test('a shard that is not there yet', async () => {
    const folder = folderWith();
    for (const name of readdirSync(sharded)) if (!name.includes('00002-of')) copyFileSync(join(sharded, name), join(folder, name));
    const { message } = await refused(folder);
    expect(message).toContain('model-00002-of-00002.safetensors is missing');
    expect(message).toMatch(wait);
  });

  test('weights that are not there yet, beside what a download has of them', async () => {
    const folder = folderWith({ 'config.json': JSON.stringify(config()), 'model.safetensors.incomplete': 'x' });
    expect((await refused(folder)).message).toMatch(wait);
  });

  test.each([4, 100, 5000, -1])('weights of which %d bytes are written', async (bytes) => {
    const folder = copyOf(llama);
    const file = join(folder, 'model.safetensors');
    truncateSync(file, bytes < 0 ? statSync(file).size + bytes : bytes);
    const { message } = await refused(folder);
    expect(message).toContain('model.safetensors');
    expect(message).toMatch(wait);
  });

  test('weights that grow while they are read', async () => {
    const folder = copyOf(llama);
    const file = join(folder, 'model.safetensors');
    // The room is asked for after the headers were read and before the bytes are.
    const grow = () => {
      truncateSync(file, statSync(file).size + 1);
      return { free: Infinity, total: Infinity };
    };
    expect((await refused(folder, { room: grow })).message).toMatch(/model\.safetensors: 1 bytes after the last tensor\. .*wait where it is still being written/);
  });
});

test('paths with spaces and letters outside of ASCII open', async () => {
  const folder = join(folderWith(), "Größe 模型 d'une tâche (2) #%41");
  cpSync(llama, folder, { recursive: true });
  const plain = await (await open(llama)).trace(bareRecord([5, 6, 7]));
  await engine!.dispose();
  const { residual } = await (await open(folder)).trace(bareRecord([5, 6, 7]));
  expect(residual).toEqual(plain.residual);
  expect(engine!.info.model).toBe("Größe 模型 d'une tâche (2) #%41");
});

test('a snapshot of links, as in the Hugging Face cache, opens under its repository\'s name', async () => {
  const cache = join(folderWith(), 'models--some-org--tiny--llama');
  const [blobs, snapshot] = [join(cache, 'blobs'), join(cache, 'snapshots/0123abc')];
  mkdirSync(blobs, { recursive: true });
  mkdirSync(snapshot, { recursive: true });
  for (const name of readdirSync(llama)) {
    copyFileSync(join(llama, name), join(blobs, `blob-${name}`));
    symlinkSync(join('../../blobs', `blob-${name}`), join(snapshot, name));
  }
  await (await open(snapshot)).trace(bareRecord([1, 2]));
  expect(engine!.info.model).toBe('some-org/tiny--llama');
});

describe('a token that has no embedding', () => {
  test('never reaches the graph, in any pass', async () => {
    const rows = [bareRecord([1, 2, 3]), bareRecord([1, 320, 3])];
    await open(llama);
    const runs = [
      () => engine!.vectors(rows),
      () => engine!.tokenLosses(rows),
      () => engine!.trace(rows[1]!),
      () => engine!.pushes(rows),
      () => engine!.tokenPushes(rows[1]!),
      () => engine!.generate([320], { maxTokens: 1 }).next(),
    ];
    for (const run of runs)
      expect(await refusal(run, ExpectedError)).toMatchObject({ reason: 'unknown-token', message: expect.stringMatching(/token 320, and llama has embeddings for tokens 0 to 319.*fetch both/) as string });
  });
});

describe('a model that does not fit', () => {
  const gigabytes = (n: number) => n * 1e9;

  /** A llama of about 5 GB whose file is a hole. */
  function sparse(dtype: 'float32' | 'bfloat16'): string {
    const [dModel, dMlp, heads, blocks, vocabulary] = [2048, 8192, 16, dtype === 'float32' ? 18 : 36, 32_000];
    const tensor = (name: string, ...shape: number[]) => ({ name, dtype, shape });
    const layers = Array.from({ length: blocks }, (_, i) => {
      const named = (name: string, ...shape: number[]) => tensor(`model.layers.${i}.${name}.weight`, ...shape);
      return [
        ...['q', 'k', 'v', 'o'].map((name) => named(`self_attn.${name}_proj`, dModel, dModel)),
        named('mlp.gate_proj', dMlp, dModel),
        named('mlp.up_proj', dMlp, dModel),
        named('mlp.down_proj', dModel, dMlp),
        named('input_layernorm', dModel),
        named('post_attention_layernorm', dModel),
      ];
    }).flat();
    const tensors = [tensor('model.embed_tokens.weight', vocabulary, dModel), ...layers, tensor('model.norm.weight', dModel)];
    const folder = folderWith({ 'config.json': JSON.stringify({ model_type: 'llama', hidden_size: dModel, intermediate_size: dMlp, num_attention_heads: heads, num_hidden_layers: blocks, vocab_size: vocabulary, max_position_embeddings: 2048, rms_norm_eps: 1e-5, tie_word_embeddings: true }) });
    const header = safetensorsHeader(tensors);
    const file = openSync(join(folder, 'model.safetensors'), 'wx');
    writeSync(file, header);
    closeSync(file);
    truncateSync(join(folder, 'model.safetensors'), tensors.reduce((sum, { shape }) => sum + byteLength(dtype, shape), header.length));
    expect(statSync(join(folder, 'model.safetensors')).size).toBeGreaterThan(gigabytes(4.5));
    return folder;
  }

  test.each(['float32', 'bfloat16'] as const)('5 GB of %s on a machine of 4 GB are refused with the numbers, before a byte of them is read', async (dtype) => {
    const folder = sparse(dtype);
    const before = process.resourceUsage().fsRead;
    const { reason, message } = await refused(folder, { room: () => ({ free: gigabytes(3), total: gigabytes(4) }) });
    expect(reason).toBe('too-large');
    expect(message).toMatch(/holds [45](\.\d)? GB of weights and takes about 5(\.\d)? GB of memory; 3(\.0)? GB of 4(\.0)? GB are free here\. Choose a smaller model, or one stored in bf16\.$/);
    // Blocks of 512 bytes.
    expect(process.resourceUsage().fsRead - before).toBeLessThan(100_000);
    expect((await refused(folder, { room: () => ({ free: gigabytes(3), total: gigabytes(16) }) })).message).toMatch(/Close other programs, or choose a smaller model\.$/);
  });

  test('what fits is opened', async () => {
    await open(llama, { room: () => ({ free: gigabytes(1), total: gigabytes(1) }) });
  });
});

