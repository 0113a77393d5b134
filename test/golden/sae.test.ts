import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GraphBuilder, emptyGraph, prune } from '../../src/core/onnx';
import { poolLatents, readSaelens, saeFit, saeValues, traceLatents } from '../../src/core/sae';
import { readFloats } from '../../src/core/tensors';
import { OrtSession } from '../../src/engine/ortSession';
import { type Tolerance, golden, goldenJson, goldenTensors, worstExcess } from '../support/golden';

describe('latents against SAELens', () => {
  test.each(['topk_none_bdec', 'topk_none_nobdec'])('%s: values and L0', async (name) => {
    const { l0, tolerance } = goldenJson<{ l0: number; tolerance: { acts: Tolerance } }>('saes/saelens', name, 'reference.json');
    const reference = await goldenTensors('saes/saelens', name, 'reference.safetensors');
    const sae = await readSaelens(join(golden, 'saes/saelens', name));
    const builder = new GraphBuilder(emptyGraph());
    builder.op('Identity', [builder.input('x', 'float32', ['tokens', sae.dIn])], {}, 'residual');
    const session = await OrtSession.create(prune(poolLatents(builder.graph, 'residual', sae, Infinity), [saeValues.pooled]), { device: 'cpu', threads: 1 });

    const x = await reference.floats('x');
    const rows = x.length / sae.dIn;
    const one = Float32Array.from({ length: rows * rows }, (_, i) => (i % (rows + 1) === 0 ? 1 : 0));
    const { [saeValues.pooled]: pooled } = await session.run({
      x: { data: x, dims: [rows, sae.dIn] },
      [saeValues.index]: { data: BigInt64Array.from({ length: rows }, (_, i) => BigInt(i)), dims: [rows] },
      [saeValues.pool]: { data: one, dims: [rows, rows] },
    });
    const acts = pooled!.data as Float32Array;
    expect(worstExcess(acts, await reference.floats('acts'), tolerance.acts)).toBeLessThanOrEqual(1);
    expect(acts.filter((value) => value > 0).length / rows).toBe(l0);
  });
});

describe('L0 and FVU against SAELens', () => {
  interface Case {
    folder: string;
    made_from: string;
    true_l0: number;
    true_fvu: number;
    l0: number;
    fvu: number;
  }
  const mislabelled = ['topk_cfg_on_relu', 'topk_wrong_k', 'bdec_flag_flipped_topk'];
  const cases = () => goldenJson<{ cases: Case[] }>('broken/saes/index.json').cases.filter(({ folder }) => mislabelled.includes(folder));

  async function fitOf(...folder: string[]) {
    const sae = await readSaelens(join(golden, ...folder));
    const residual = await (await goldenTensors('saes/saelens/topk_none_bdec/reference.safetensors')).floats('x');
    const tokens = residual.length / sae.dIn;
    const all = Array.from({ length: tokens }, (_, t) => t);
    const builder = new GraphBuilder(emptyGraph());
    builder.op('Identity', [builder.input('x', 'float32', ['tokens', sae.dIn])], {}, 'residual');
    const session = await OrtSession.create(prune(traceLatents(builder.graph, 'residual', sae), [saeValues.topValue, saeValues.topIndex]), { device: 'cpu', threads: 1 });
    const output = await session.run({ x: { data: residual, dims: [tokens, sae.dIn] }, [saeValues.index]: { data: BigInt64Array.from(all, BigInt), dims: [tokens] } });
    const trace = {
      hash: '', hookPoint: sae.hookPoint, tokens, dModel: sae.dIn, residual, k: sae.rule.k,
      latentIndex: output[saeValues.topIndex]!.data as Int32Array,
      latentValue: output[saeValues.topValue]!.data as Float32Array,
    };
    return saeFit(trace, all, await readFloats(sae.decoder), await readFloats(sae.decoderBias));
  }

  test('of a TopK SAE read right', async () => {
    const { true_l0: l0, true_fvu: fvu } = cases().find(({ made_from: from }) => from === 'saes/saelens/topk_none_bdec')!;
    expect(await fitOf('saes/saelens/topk_none_bdec')).toEqual({ l0, fvu: expect.closeTo(fvu, 4) as number });
  });

  test.each(mislabelled)('%s: what its config makes of it, which is another number than the right one', async (name) => {
    const { l0, fvu, true_l0: trueL0, true_fvu: trueFvu } = cases().find(({ folder }) => folder === name)!;
    const fit = await fitOf('broken/saes', name);
    expect(fit).toEqual({ l0: expect.closeTo(l0, 4) as number, fvu: expect.closeTo(fvu, 4) as number });
    expect(Math.abs(fit.l0 / trueL0 - 1) > 0.05 || fit.fvu > trueFvu + 0.05).toBe(true);
  });
});
