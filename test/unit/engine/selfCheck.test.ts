import { copyFileSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CancelledError } from '../../../src/base/errors';
import { sha256 } from '../../../src/base/hash';
import type { ModelManifest } from '../../../src/core/model';
import { TensorFileError } from '../../../src/core/tensors';
import type { TokenTrace } from '../../../src/core/types';
import { Engine } from '../../../src/engine/engine';
import { EngineError } from '../../../src/engine/errors';
import { selfCheck } from '../../../src/engine/selfCheck';
import { folderWith, refusal } from '../../support/folder';
import { bundledModel, modelsFolder } from '../../support/paths';
import { asRecord } from '../../support/reference';

interface Check {
  hookPoint: string;
  ids: number[];
  residual: string;
}
const bundled = () => JSON.parse(readFileSync(join(bundledModel, 'selfcheck.json'), 'utf8')) as Check;
const floatsOf = ({ residual }: Check) => new Float32Array(Uint8Array.from(Buffer.from(residual, 'base64')).buffer);
const textOf = (values: Float32Array) => Buffer.from(values.buffer).toString('base64');

/** The bundled model in a folder of its own, with another selfcheck.json and, if told so, a manifest that agrees with it. */
function tampered(check: string, { manifest: agrees }: { manifest: boolean }): string {
  const root = folderWith();
  for (const name of readdirSync(modelsFolder)) if (join(modelsFolder, name) !== bundledModel) symlinkSync(join(modelsFolder, name), join(root, name));
  const folder = join(root, 'model');
  mkdirSync(folder);
  for (const name of readdirSync(bundledModel)) {
    if (name === 'manifest.json') copyFileSync(join(bundledModel, name), join(folder, name));
    else if (name !== 'selfcheck.json') symlinkSync(join(bundledModel, name), join(folder, name));
  }
  writeFileSync(join(folder, 'selfcheck.json'), check);
  if (agrees) {
    const manifest = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')) as ModelManifest;
    Object.assign(manifest.files.find(({ path }) => path === 'selfcheck.json')!, { bytes: Buffer.byteLength(check), sha256: sha256(check) });
    writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  }
  return folder;
}

describe('the self-check on opening a model', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await Engine.open({ model: bundledModel });
  });
  afterAll(() => engine.dispose());

  test('the bundled model passes and says how near it comes', () => {
    expect(engine.info.parity).toMatchObject({ tokens: bundled().ids.length });
    expect(engine.info.parity!.minCosine).toBeGreaterThan(0.99999);
  });

  test('other numbers than the model\'s are refused', async () => {
    const check = bundled();
    const values = floatsOf(check);
    const dModel = values.length / check.ids.length;
    for (let i = 3 * dModel; i < 4 * dModel; i++) values[i] = (i % 7) - 3;
    const error = await refusal(Engine.open({ model: tampered(JSON.stringify({ ...check, residual: textOf(values) }), { manifest: true }) }), EngineError);
    expect(error.message).toMatch(/SmolLM2-135M-Instruct on CPU does not compute what its reference does \(cosine -?0\.\d+\)/);
  });

  test('a check that the manifest does not know is refused before anything runs', async () => {
    const error = await refusal(Engine.open({ model: tampered(JSON.stringify({ ...bundled(), ids: [1, 2] }), { manifest: false }) }), TensorFileError);
    expect(error).toMatchObject({ reason: 'damaged', message: expect.stringContaining('selfcheck.json') as string });
  });

  test('a row longer than the model reads is refused with what to do', async () => {
    const row = asRecord({ index: 0, name: 'long', ids: new Array<number>(8193).fill(1), responseMask: new Array<number>(8193).fill(1), meanNll: 0, top1: [] });
    for (const run of [engine.vectors([row]), engine.trace(row), engine.losses([row])])
      expect(await refusal(run, EngineError)).toMatchObject({ reason: 'bad-input', message: expect.stringContaining('Set maxTokens to 8192 or less') as string });
  });

  test('a cancelled run does not start', async () => {
    const signal = AbortSignal.abort();
    const row = asRecord({ index: 0, name: 'row', ids: [1, 2, 3], responseMask: [0, 1, 1], meanNll: 0, top1: [] });
    for (const run of [engine.vectors([row], signal), engine.trace(row, signal), engine.losses([row], signal)]) await refusal(run, CancelledError);
  });
});

describe('selfCheck', () => {
  const [tokens, dModel] = [2, 3];
  const residual = Float32Array.of(1, 2, 3, 0, -1, 4);
  const engine = {
    info: { model: 'Tiny', device: 'CPU' },
    model: { sae: null },
    trace: ({ ids }: { ids: Int32Array }) => Promise.resolve({ residual, dModel, tokens: ids.length } as TokenTrace),
  } as unknown as Engine;
  const check = (changes: object = {}) => JSON.stringify({ hookPoint: 'h', ids: [5, 6], residual: textOf(residual), ...changes });
  const checked = (text: string) => selfCheck(folderWith({ 'selfcheck.json': text }), engine);

  test('takes the worst token\'s cosine', async () => {
    expect(await checked(check())).toEqual({ minCosine: expect.closeTo(1, 9) as number, tokens });
    const near = await checked(check({ residual: textOf(Float32Array.of(2, 4, 6, 0.05, -1, 4)) }));
    expect(near!.minCosine).toBeCloseTo(Math.sqrt(17 / 17.0025), 9);
  });

  test('a model without a check opens without parity', async () => {
    expect(await selfCheck(folderWith(), engine)).toBeNull();
  });

  test.each([
    ['a token of another direction', check({ residual: textOf(Float32Array.of(1, 2, 3, 4, -1, 0)) })],
    ['another sign', check({ residual: textOf(residual.map((value) => -value)) })],
    ['a reference that is cut short', check({ residual: textOf(residual.slice(0, 4)) })],
    ['NaN', check({ residual: textOf(residual.map(() => NaN)) })],
    ['no tokens', check({ ids: [], residual: '' })],
    ['no reference', '{}'],
    ['no JSON', '{'],
  ])('%s is refused', async (_, text) => {
    expect((await refusal(checked(text), EngineError)).reason).toBe('parity');
  });
});
