import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { vectorKey } from '../../src/audit/keys';
import { AuditService } from '../../src/audit/service';
import { ExpectedError } from '../../src/base/errors';
import type { Logger } from '../../src/base/logger';
import { ModelError } from '../../src/core/model';
import type { RecordTokenizer } from '../../src/core/text';
import { Engine } from '../../src/engine/engine';
import { settings } from '../support/auditing';
import { folderWith, refusal } from '../support/folder';
import { bundledModel, modelsFolder } from '../support/paths';
import { type ReferenceRow, asRecord, referenceRows } from '../support/reference';
import { type Tensor, floats, safetensors } from '../support/safetensors';

const [dModel, dMlp, rank] = [576, 1536, 4];
/** Below and above block 15, whose output the engine reads. */
const modules: [name: string, out: number, input: number][] = [
  ['model.layers.3.self_attn.q_proj', dModel, dModel],
  ['model.layers.9.mlp.down_proj', dModel, dMlp],
  ['model.layers.20.mlp.up_proj', dMlp, dModel],
];
const drawn = (shape: number[], seed: number) => floats(shape, Float32Array.from({ length: shape.reduce((product, dim) => product * dim, 1) }, (_, i) => 0.15 * Math.sin(12.9898 * (i + 1) + seed + (i * i) / 7)));
const tensors = (more: (module: string, out: number) => Record<string, Tensor> = () => ({})) =>
  Object.assign({}, ...modules.map(([module, out, input], i) => ({ [`base_model.model.${module}.lora_A.weight`]: drawn([rank, input], i), [`base_model.model.${module}.lora_B.weight`]: drawn([out, rank], 10 + i), ...more(`base_model.model.${module}`, out) }))) as Record<string, Tensor>;
const adapterFolder = (config: Record<string, unknown> = {}, weights = tensors()) =>
  folderWith({ 'adapter_config.json': JSON.stringify({ peft_type: 'LORA', r: rank, lora_alpha: 8, base_model_name_or_path: 'some/other-model', ...config }), 'adapter_model.safetensors': safetensors(weights) });

const log: string[] = [];
const say = (message: string) => void log.push(message);
const logger: Logger = { debug: say, info: say, warn: say, error: say };
let rows: ReferenceRow[];
const engines: Record<'base' | 'zero' | 'tuned', Engine> = {} as never;

beforeAll(async () => {
  const folder = adapterFolder();
  rows = (await referenceRows()).filter(({ name }) => name === 'plain_tiny' || name === 'chat_one_word');
  const cacheFolder = folderWith();
  engines.base = await Engine.open({ model: bundledModel, cacheFolder });
  engines.zero = await Engine.open({ model: bundledModel, adapter: { folder, scale: 0 }, cacheFolder });
  engines.tuned = await Engine.open({ model: bundledModel, adapter: { folder, scale: 1 }, cacheFolder, logger });
});
afterAll(() => Promise.all(Object.values(engines).map((engine) => engine.dispose())));

/** Everything an engine gives for the rows, as numbers by name. */
async function read(engine: Engine): Promise<Record<string, ArrayLike<number>>> {
  const records = rows.map(asRecord);
  const hook = engine.model.hookPoint;
  const vectors = await engine.vectors(records);
  const pushes = await engine.pushes(records);
  return {
    means: vectors.flatMap(({ activation }) => [...activation[hook]!]),
    latents: vectors.flatMap(({ latents }) => [...latents[hook]!.value]),
    residual: (await engine.trace(records[0]!)).residual,
    losses: await engine.losses(records),
    push: pushes.flatMap(({ push }) => [...push]),
    pushLosses: pushes.map(({ loss }) => loss),
  };
}
const distance = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  expect(a.length).toBe(b.length);
  const norm = (values: number[]) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
  return norm(Array.from(a, (value, i) => value - b[i]!)) / norm(Array.from(b));
};

describe('a LoRA adapter on the bundled model, whose weights are of four bits', () => {
  test('at scale 0 every number is the base\'s; at scale 1 none is', async () => {
    const [base, zero, tuned] = [await read(engines.base), await read(engines.zero), await read(engines.tuned)];
    const table = Object.keys(base).map((what) => ({ what, 'scale 0': distance(zero[what]!, base[what]!), 'scale 1': tuned[what]!.length === base[what]!.length ? distance(tuned[what]!, base[what]!) : Infinity }));
    console.table(table);
    for (const { what, ...at } of table) {
      expect(at['scale 0'], what).toBeLessThanOrEqual(1e-6);
      expect(at['scale 1'], what).toBeGreaterThan(1e-3);
    }
    // The loss that comes with push goes another way through the model.
    expect(distance(tuned['pushLosses']!, tuned['losses']!)).toBeLessThan(1e-4);
  });

  test('cached generation goes on as the tuned model would', async () => {
    const prompt = rows[0]!.ids.slice(0, 8);
    const continued = async (engine: Engine) => {
      const ids = [...prompt];
      for await (const { id } of engine.generate(prompt, { maxTokens: 6 })) ids.push(id);
      return ids;
    };
    const ids = await continued(engines.tuned);
    const next = await engines.tuned.nextTokens(asRecord({ ...rows[0]!, ids, responseMask: ids.map(() => 1) }));
    expect(ids.slice(prompt.length)).toEqual([...next.slice(prompt.length - 1, -1)]);
    expect(await continued(engines.zero)).toEqual(await continued(engines.base));
  });

  test('adapter and scale stand beside what was computed, and in its key', () => {
    const tokenizer = { tokenizer: { hash: 't' }, templateHash: 'c' } as RecordTokenizer;
    const keys = Object.values(engines).map((engine) => vectorKey(engine, tokenizer, 512));
    expect(keys.map(({ adapterScale }) => adapterScale)).toEqual([0, 0, 1]);
    expect(keys[0]!.adapter).toBeNull();
    expect(keys[1]!.adapter).toBe(keys[2]!.adapter);
    expect(engines.tuned.info.adapter).toMatchObject({ scale: 1, hash: keys[2]!.adapter });
    expect(engines.tuned.info.parity!.minCosine).toBeGreaterThan(0.9999);
    expect(engines.base.info.adapter).toBeUndefined();
  });

  test('that it names another base is a note', () => expect(log.join('\n')).toMatch(/adapter of 3 modules.*\n.*trained on some\/other-model, and this is SmolLM2-135M-Instruct/));

  test('a default card is not made through an adapter', async () => {
    const request = { settings: settings({ model: bundledModel, adapter: { folder: 'lora', scale: 1 } }), hookPoint: null, software: 'test' };
    const service = new AuditService({ modelsFolder });
    expect((await refusal(service.makeDefaultCard(request, () => undefined), ExpectedError)).message).toContain('Leave the adapter out');
  });

  test('what does not fit the model is refused with the folder\'s name', async () => {
    const magnitudes = tensors((module, out) => ({ [`${module}.lora_magnitude_vector`]: drawn([out], 5) }));
    const dora = adapterFolder({ use_dora: true }, magnitudes);
    expect(await refusal(Engine.open({ model: bundledModel, adapter: { folder: dora, scale: 1 } }), ModelError)).toMatchObject({ reason: 'unsupported', message: expect.stringMatching(/stored in four bits/) as string });
    const missing = join(dora, 'nowhere');
    expect((await refusal(Engine.open({ model: bundledModel, adapter: { folder: missing, scale: 1 } }), ModelError)).message).toContain(missing);
  });
});
