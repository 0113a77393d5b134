import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { decoderGraph, finalNorm, headValues, openCheckpoint, parseConfig, residPost } from '../../src/core/model';
import { prune } from '../../src/core/onnx';
import { bareRecord } from '../../src/engine/bareRecord';
import { generate } from '../../src/engine/generation';
import { graphFor } from '../../src/engine/graphs';
import type { LoadedModel } from '../../src/engine/loadedModel';
import { OrtSession } from '../../src/engine/ortSession';
import { packBatch } from '../../src/engine/packedBatch';
import { type Tolerance, golden, goldenJson, goldenTensors, worstExcess } from '../support/golden';

interface Reference {
  tolerance: { logits: Tolerance; resid_post: Tolerance };
}

const cpu = { device: 'cpu', threads: 1 } as const;
const folderOf = (name: string) => join(golden, 'models', name);
const names = readdirSync(join(golden, 'models'));
/** Copies of a model under other names, or in shards, share its reference. */
const referenceOf = (name: string) => name.replace(/_(hubkeys|sharded)$/, '');
const configs = names.flatMap((name) => ['config.json', 'config.legacy.json'].filter((file) => existsSync(join(folderOf(name), file))).map((file): [string, string] => [name, file]));

/** Worst error over tolerance for every fixture and what is compared. */
const table = new Map<string, Map<string, number>>();
function within(name: string, what: string, values: Float32Array, expected: Float32Array, tolerance: Tolerance): void {
  const excess = worstExcess(values, expected, tolerance);
  const row = table.get(name) ?? new Map<string, number>();
  row.set(what, Math.max(row.get(what) ?? 0, excess));
  table.set(name, row);
  expect(excess, `${name}: ${what}`).toBeLessThanOrEqual(1);
}

async function open(name: string, configFile?: string) {
  const { config, weights } = await openCheckpoint(folderOf(name), configFile);
  const model = { config, weights, graph: decoderGraph(config, weights) } as LoadedModel;
  const hooks = Array.from({ length: config.blocks }, (_, block) => residPost(block));
  const body = await OrtSession.create(prune(model.graph, [...hooks, finalNorm]), cpu);
  const head = await OrtSession.create(graphFor('head', model), cpu);
  const forward = async (rows: Int32Array[]) => {
    const batch = packBatch(rows.map((ids) => bareRecord(ids)));
    const values = await body.run(batch.feeds);
    const { logits } = await head.run({
      [headValues.hidden]: { data: values[finalNorm]!.data, dims: [batch.tokens, config.dModel] },
      [headValues.target]: { data: new BigInt64Array(batch.tokens), dims: [batch.tokens] },
    });
    return { residual: hooks.map((hook) => values[hook]!.data as Float32Array), logits: logits!.data as Float32Array };
  };
  return { model, head, forward };
}

describe('models against transformers', () => {
  test.each(configs)('%s (%s): the residual stream after every block, and the logits', async (name, configFile) => {
    const { tolerance } = goldenJson<Reference>('models', referenceOf(name), 'reference.json');
    const reference = await goldenTensors('models', referenceOf(name), 'reference.safetensors');
    const { forward } = await open(name, configFile);
    for (const prompt of ['a', 'b']) {
      const { residual, logits } = await forward([reference.ints(`${prompt}.input_ids`)]);
      for (const [block, values] of residual.entries()) within(name, 'residual', values, await reference.floats(`${prompt}.resid_post.${block}`), tolerance.resid_post);
      within(name, 'logits', logits, await reference.floats(`${prompt}.logits`), tolerance.logits);
    }
  });

  test.each(names)('%s: rows of unlike length in one batch are as in the padded reference', async (name) => {
    const { tolerance } = goldenJson<Reference>('models', referenceOf(name), 'reference.json');
    const reference = await goldenTensors('models', referenceOf(name), 'reference.safetensors');
    const ids = reference.ints('pad.input_ids');
    const mask = reference.ints('pad.attention_mask');
    const valid = [...mask.keys()].filter((place) => mask[place]);
    const rowLength = ids.length / 2;
    const rows = [0, 1].map((row) => Int32Array.from(valid.filter((place) => Math.floor(place / rowLength) === row), (place) => ids[place]!));
    expect(rows[0]!.length).not.toBe(rows[1]!.length);
    const { residual, logits } = await (await open(name)).forward(rows);
    const select = (values: Float32Array) => Float32Array.from(valid.flatMap((place) => [...values.subarray((place * values.length) / ids.length, ((place + 1) * values.length) / ids.length)]));
    within(name, 'batch', residual.at(-1)!, select(await reference.floats('pad.resid_post.last')), tolerance.resid_post);
    within(name, 'batch', logits, select(await reference.floats('pad.logits')), tolerance.logits);
  });

  test.each(names)('%s: the greedy continuation with cached keys and values', async (name) => {
    const { tolerance } = goldenJson<Reference>('models', referenceOf(name), 'reference.json');
    const reference = await goldenTensors('models', referenceOf(name), 'reference.safetensors');
    const { model, head } = await open(name);
    const body = await OrtSession.create(graphFor('cached', model), cpu);
    for (const prompt of ['a', 'b']) {
      const expected = goldenJson<Record<string, { generate: number[] }>>('models', referenceOf(name), 'reference.json')[`greedy_${prompt}`]!.generate;
      const given: number[] = [];
      const logits: number[] = [];
      for await (const token of generate({ body, head }, model.config, reference.ints(`${prompt}.input_ids`), { maxTokens: expected.length })) {
        given.push(token.id);
        logits.push(...token.logits);
      }
      expect(given, `${name}, ${prompt}`).toEqual(expected);
      if (name !== 'phi3_longrope') within(name, 'cached', Float32Array.from(logits), await reference.floats(`${prompt}.greedy_logits`), tolerance.logits);
    }
  });

  test('an unknown architecture is refused with the known ones', () => {
    expect(() => parseConfig('{"model_type": "falcon"}', 'config.json')).toThrow(/model_type "falcon" is not supported\. Known: llama, mistral, .*granite\. CONTRIBUTING\.md/);
  });

  afterAll(() => {
    const columns = ['residual', 'logits', 'batch', 'cached'];
    const cell = (value: number | undefined) => (value === undefined ? '-' : value.toFixed(3)).padStart(9);
    console.log(['worst error over tolerance, at most 1 passes', 'fixture'.padEnd(18) + columns.map((name) => name.padStart(9)).join(''), ...[...table].map(([name, row]) => name.padEnd(18) + columns.map((column) => cell(row.get(column))).join(''))].join('\n'));
  });
});
