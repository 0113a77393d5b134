import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../src/engine/engine';
import { cosine } from '../../src/engine/selfCheck';
import { bundledModel } from '../support/paths';
import { type ReferenceRow, asRecord, referenceFloats, referenceInts, referenceRows } from '../support/reference';

let engine: Engine;
let rows: ReferenceRow[];
let floats: (name: string) => Promise<Float32Array>;

beforeAll(async () => {
  engine = await Engine.open({ model: bundledModel });
  rows = await referenceRows();
  floats = await referenceFloats();
});
afterAll(() => engine.dispose());

describe('the bundled model against the dequantised model in transformers', () => {
  test('the residual stream at block 15 has a cosine of at least .99999 with the reference at every token', async () => {
    let worst = 1;
    for (const row of rows) {
      const reference = await floats(`h15.${row.index}`);
      const { residual, dModel, tokens } = await engine.trace(asRecord(row));
      expect(tokens).toBe(row.ids.length);
      for (let t = 0; t < tokens; t++) worst = Math.min(worst, cosine(residual, reference, t * dModel, dModel));
    }
    console.log(`worst cosine ${worst.toFixed(9)}`);
    expect(worst).toBeGreaterThanOrEqual(0.99999);
  });

  test('the same most probable next token at every position', async () => {
    for (const row of rows) expect([...(await engine.nextTokens(asRecord(row)))], row.name).toEqual(row.top1);
  });

  test('losses of all rows in one batch agree to 1e-4 nats a token', async () => {
    const losses = await engine.losses(rows.map(asRecord));
    rows.forEach((row, i) => expect(Math.abs(losses[i]! - row.meanNll), row.name).toBeLessThan(1e-4));
  });

  test('response means of all rows in one batch are the reference means', async () => {
    const vectors = await engine.vectors(rows.map(asRecord));
    for (const [i, row] of rows.entries()) {
      const mean = vectors[i]!.activation['blocks.15.hook_resid_post']!;
      expect(cosine(mean, await floats(`mean.${row.index}`), 0, mean.length), row.name).toBeGreaterThanOrEqual(0.99999);
    }
  });

  test('latents and their values are those of the reference', async () => {
    for (const row of rows) {
      const { latentIndex, latentValue, k } = await engine.trace(asRecord(row));
      const index = await referenceInts(`latents.${row.index}.index`);
      const value = await floats(`latents.${row.index}.value`);
      for (let t = 1; t < row.ids.length; t++) {
        const at = (array: Int32Array) => new Set(array.subarray(t * k, (t + 1) * k));
        const [got, expected] = [at(latentIndex), at(index)];
        const shared = [...got].filter((latent) => expected.has(latent)).length;
        expect(shared, `${row.name} token ${t}`).toBeGreaterThanOrEqual(k - 1);
        expect(Math.abs(latentValue[t * k]! - value[t * k]!)).toBeLessThanOrEqual(1e-3 * Math.abs(value[t * k]!));
      }
    }
  });
});

describe('a row gives the same whatever batch it is in', () => {
  test('within 1e-5 of the residual\'s root mean square', async () => {
    const together = await engine.vectors(rows.map(asRecord));
    for (const [i, row] of rows.entries()) {
      const [alone] = await engine.vectors([asRecord(row)]);
      for (const which of ['activation', 'prompt', 'last'] as const) {
        const a = alone![which]['blocks.15.hook_resid_post']!;
        const b = together[i]![which]['blocks.15.hook_resid_post']!;
        const rms = Math.sqrt(a.reduce((sum, x) => sum + x * x, 0) / a.length);
        expect(Math.max(...a.map((x, j) => Math.abs(x - b[j]!)))).toBeLessThanOrEqual(1e-5 * rms);
      }
    }
  });

  test('latent means are the mean of the traced latents', async () => {
    const row = rows.at(-1)!;
    const [vectors] = await engine.vectors([asRecord(row)]);
    const { latentIndex, latentValue, k } = await engine.trace(asRecord(row));
    const response = row.responseMask.flatMap((m, t) => (m ? [t] : []));
    const means = new Map<number, number>();
    for (const t of response)
      for (let j = t * k; j < (t + 1) * k; j++)
        if (latentValue[j]! > 0) means.set(latentIndex[j]!, (means.get(latentIndex[j]!) ?? 0) + latentValue[j]! / response.length);
    const { index, value } = vectors!.latents['blocks.15.hook_resid_post']!;
    expect([...index]).toEqual([...means.keys()].sort((a, b) => a - b));
    index.forEach((latent, i) => expect(value[i]).toBeCloseTo(means.get(latent)!, 2));
  });
});
