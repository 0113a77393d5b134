import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/core/model';
import { architectures } from '../../src/core/model/architectures';
import { generate } from '../../src/engine/generation';
import { graphFor } from '../../src/engine/graphs';
import { OrtSession } from '../../src/engine/ortSession';
import { type Tolerance, golden, goldenJson, goldenTensors } from '../support/golden';
import { documentedRows, modelRows, refusedBy, writeModelsDoc } from '../support/modelsDoc';
import { cpu, excessTable, forwardOf, goldenModel, goldenModels, referenceOf } from '../support/goldenModel';

interface Reference {
  tolerance: { logits: Tolerance; resid_post: Tolerance };
}

const configs = goldenModels.flatMap((name) => ['config.json', 'config.legacy.json'].filter((file) => existsSync(join(golden, 'models', name, file))).map((file): [string, string] => [name, file]));

const { within, print, worst } = excessTable();

describe('models against transformers', () => {
  test.each(configs)('%s (%s): the residual stream after every block, and the logits', async (name, configFile) => {
    const { tolerance } = goldenJson<Reference>('models', referenceOf(name), 'reference.json');
    const reference = await goldenTensors('models', referenceOf(name), 'reference.safetensors');
    const forward = await forwardOf(await goldenModel(name, configFile));
    for (const prompt of ['a', 'b']) {
      const { residual, logits } = await forward([reference.ints(`${prompt}.input_ids`)]);
      for (const [block, values] of residual.entries()) within(name, 'residual', values, await reference.floats(`${prompt}.resid_post.${block}`), tolerance.resid_post);
      within(name, 'logits', logits, await reference.floats(`${prompt}.logits`), tolerance.logits);
    }
  });

  test.each(goldenModels)('%s: rows of unlike length in one batch are as in the padded reference', async (name) => {
    const { tolerance } = goldenJson<Reference>('models', referenceOf(name), 'reference.json');
    const reference = await goldenTensors('models', referenceOf(name), 'reference.safetensors');
    const ids = reference.ints('pad.input_ids');
    const mask = reference.ints('pad.attention_mask');
    const valid = [...mask.keys()].filter((place) => mask[place]);
    const rowLength = ids.length / 2;
    const rows = [0, 1].map((row) => Int32Array.from(valid.filter((place) => Math.floor(place / rowLength) === row), (place) => ids[place]!));
    expect(rows[0]!.length).not.toBe(rows[1]!.length);
    const { residual, logits } = await (await forwardOf(await goldenModel(name)))(rows);
    const select = (values: Float32Array) => Float32Array.from(valid.flatMap((place) => [...values.subarray((place * values.length) / ids.length, ((place + 1) * values.length) / ids.length)]));
    within(name, 'batch', residual.at(-1)!, select(await reference.floats('pad.resid_post.last')), tolerance.resid_post);
    within(name, 'batch', logits, select(await reference.floats('pad.logits')), tolerance.logits);
  });

  test.each(goldenModels)('%s: the greedy continuation with cached keys and values', async (name) => {
    const { tolerance } = goldenJson<Reference>('models', referenceOf(name), 'reference.json');
    const reference = await goldenTensors('models', referenceOf(name), 'reference.safetensors');
    const model = await goldenModel(name);
    const head = await OrtSession.create(graphFor('head', model), cpu);
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

  test('docs/models.md has a row for every golden model, and every architecture has one', async () => {
    const documented = documentedRows();
    expect(documented.map(({ worst: _, ...row }) => row)).toEqual(await modelRows());
    for (const { fixture, worst: figure } of documented) expect(figure, fixture).toSatisfy((value: number) => value > 0 && value <= 1);
    expect(new Set(documented.map(({ architecture }) => architecture))).toEqual(new Set(architectures.keys()));
    expect(Object.keys(refusedBy)).toEqual([...architectures.keys()]);
  });

  afterAll(async () => {
    print(['residual', 'logits', 'batch', 'cached']);
    if (process.env['UPDATE_MODELS']) await writeModelsDoc(worst);
  });
});
