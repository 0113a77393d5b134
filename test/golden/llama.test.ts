import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { finalNorm, headGraph, headValues, llamaGraph, openWeights, parseConfig, residPost } from '../../src/core/model';
import { prune } from '../../src/core/onnx';
import { OrtSession } from '../../src/engine/ortSession';
import { packBatch } from '../../src/engine/packedBatch';
import { type Tolerance, golden, goldenJson, goldenTensors, needsGolden, worstExcess } from '../support/golden';
import { asRecord } from '../support/reference';

const cpu = { device: 'cpu', threads: 1 } as const;
const folderOf = (name: string) => join(golden, 'models', name);
const configOf = (name: string, file = 'config.json') => parseConfig(readFileSync(join(folderOf(name), file), 'utf8'), file);
const rowOf = (ids: Int32Array) => asRecord({ index: 0, name: '', ids: [...ids], responseMask: [...ids].map(() => 1), meanNll: 0, top1: [] });

async function open(name: string, configFile?: string) {
  const config = configOf(name, configFile);
  const weights = await openWeights(folderOf(name));
  const hooks = Array.from({ length: config.blocks }, (_, block) => residPost(block));
  const body = await OrtSession.create(prune(llamaGraph(config, weights), [...hooks, finalNorm]), cpu);
  const head = await OrtSession.create(headGraph(config, weights), cpu);
  return async (rows: Int32Array[]) => {
    const batch = packBatch(rows.map(rowOf));
    const values = await body.run(batch.feeds);
    const { logits } = await head.run({
      [headValues.hidden]: { data: values[finalNorm]!.data, dims: [batch.tokens, config.dModel] },
      [headValues.target]: { data: new BigInt64Array(batch.tokens), dims: [batch.tokens] },
    });
    return { residual: hooks.map((hook) => values[hook]!.data as Float32Array), logits: logits!.data as Float32Array };
  };
}

describe.skipIf(!needsGolden('llama against transformers'))('llama against transformers', () => {
  test.each([
    ['llama', 'llama', undefined],
    ['llama', 'llama', 'config.legacy.json'],
    ['llama_sharded', 'llama', undefined],
    ['llama_bf16', 'llama_bf16', undefined],
    ['llama_fp16', 'llama_fp16', undefined],
  ])('%s: the residual stream after every block and the logits (%s, %s)', async (name, referenceName, configFile) => {
    const { tolerance } = goldenJson<{ tolerance: { logits: Tolerance; resid_post: Tolerance } }>('models', referenceName, 'reference.json');
    const reference = await goldenTensors('models', referenceName, 'reference.safetensors');
    const forward = await open(name, configFile);
    for (const prompt of ['a', 'b']) {
      const { residual, logits } = await forward([reference.ints(`${prompt}.input_ids`)]);
      for (const [block, values] of residual.entries())
        expect(worstExcess(values, await reference.floats(`${prompt}.resid_post.${block}`), tolerance.resid_post), `${prompt}, block ${block}`).toBeLessThanOrEqual(1);
      expect(worstExcess(logits, await reference.floats(`${prompt}.logits`), tolerance.logits), `${prompt}, logits`).toBeLessThanOrEqual(1);
    }
  });

  test('rows of unlike length in one batch are as in the padded reference', async () => {
    const { tolerance } = goldenJson<{ tolerance: { logits: Tolerance; resid_post: Tolerance } }>('models/llama/reference.json');
    const reference = await goldenTensors('models/llama/reference.safetensors');
    const ids = reference.ints('pad.input_ids');
    const mask = reference.ints('pad.attention_mask');
    const valid = [...mask.keys()].filter((place) => mask[place]);
    const rowLength = ids.length / 2;
    const rows = [0, 1].map((row) => Int32Array.from(valid.filter((place) => Math.floor(place / rowLength) === row), (place) => ids[place]!));
    expect(rows[0]!.length).not.toBe(rows[1]!.length);
    const { residual, logits } = await (await open('llama'))(rows);
    const select = (values: Float32Array) => Float32Array.from(valid.flatMap((place) => [...values.subarray((place * values.length) / ids.length, ((place + 1) * values.length) / ids.length)]));
    expect(worstExcess(residual.at(-1)!, select(await reference.floats('pad.resid_post.last')), tolerance.resid_post)).toBeLessThanOrEqual(1);
    expect(worstExcess(logits, select(await reference.floats('pad.logits')), tolerance.logits)).toBeLessThanOrEqual(1);
  });

  test('rope scaling is refused by name, in new and old key names', () => {
    for (const file of ['config.json', 'config.legacy.json']) expect(() => configOf('llama_rope3', file)).toThrow(/rope scaling "llama3" is not supported/);
  });

  test.each(['gemma2', 'gpt2', 'mistral', 'qwen2', 'qwen3', 'phi3', 'olmo2', 'smollm3', 'granite', 'gpt_neox'])('%s is refused by name', (name) => {
    expect(() => configOf(name)).toThrow(new RegExp(`model_type "${name}" is not supported`));
  });
});
