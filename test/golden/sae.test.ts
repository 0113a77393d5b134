import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GraphBuilder, emptyGraph, prune } from '../../src/core/onnx';
import { poolLatents, readSaelens, saeValues } from '../../src/core/sae';
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
