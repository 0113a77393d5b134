import { describe, expect, test } from 'vitest';
import { GraphBuilder, emptyGraph, prune } from '../../../src/core/onnx';
import { poolLatents, saeValues, traceLatents } from '../../../src/core/sae';
import { matrix, names, run } from '../onnx/support';
import { halfWeights, tinySae } from './support';

const residual = 'blocks.0.hook_resid_post';
function identity() {
  const builder = new GraphBuilder(emptyGraph());
  builder.op('Identity', [builder.input('x', 'float32', ['tokens', 2])], {}, residual);
  return builder.graph;
}

/** Four tokens; the last one's norm is 50. Pre-activations: [1, 1.25, -1.5, 2], [0, -2.75, 3.5, -4], [-1, -.75, 2.5, -4], [29, 40.25, -68.5, 97]. */
const x = matrix([[2, 1], [1, -3], [0, -1], [30, 40]]);
const tokens = (...index: number[]) => ({ data: BigInt64Array.from(index, BigInt), dims: [index.length] });

async function pooled(weights: number[][], massiveNorm: number, sae = tinySae()) {
  const graph = prune(poolLatents(identity(), residual, await sae, massiveNorm), [saeValues.pooled, saeValues.counted]);
  const result = await run(graph, { x, [saeValues.index]: tokens(0, 3, 1, 2), [saeValues.pool]: matrix(weights) });
  return { latents: result[saeValues.pooled], counted: result[saeValues.counted] };
}

describe('poolLatents', () => {
  const weights = [[0.5, 0.5, 0, 0], [0, 0, 0.5, 0.5], [0, 1, 0, 0], [0, 0, 0, 0]];

  test('gives each row\'s mean of the k largest, without tokens of massive norm, and what share was counted', async () => {
    expect(await pooled(weights, 10)).toEqual({
      latents: [0, 0.625, 0, 1, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      counted: [0.5, 1, 0, 0],
    });
  });

  test('a norm at the limit still counts', async () => {
    expect(await pooled(weights, 50)).toEqual({
      latents: [0, 0.625 + 20.125, 0, 1 + 48.5, 0, 0, 3, 0, 0, 40.25, 0, 97, 0, 0, 0, 0],
      counted: [1, 1, 1, 0],
    });
  });

  test('weights in bf16 are cast', async () => {
    expect(await pooled(weights, 10, tinySae({}, halfWeights()))).toEqual(await pooled(weights, 10));
  });

  test('the decoder bias is subtracted only where the SAE was trained so', async () => {
    const { latents } = await pooled([[1, 0, 0, 0]], 10, tinySae({ apply_b_dec_to_input: false }));
    expect(latents).toEqual([2, 0, 0, 4]);
  });

  test('is pruned to the encoder: the decoder is not read, the graph itself is not changed', async () => {
    const graph = identity();
    const result = poolLatents(graph, residual, await tinySae(), 10);
    expect(graph).toEqual(identity());
    expect(names(result).constants).not.toContain('sae_W_dec');
    expect(names(result)).toMatchObject({ inputs: ['x', saeValues.index, saeValues.pool], outputs: [saeValues.pooled, saeValues.counted] });
    expect(prune(prune(result, result.outputs), result.outputs)).toEqual(prune(result, result.outputs));
    const sae = await tinySae();
    expect(() => poolLatents(result, residual, sae, 10)).toThrow(/two values named/);
  });
});

describe('traceLatents', () => {
  test('gives the active latents of every selected token, largest first', async () => {
    const result = await run(traceLatents(identity(), residual, await tinySae()), { x, [saeValues.index]: tokens(3, 0, 1, 2) });
    expect(result).toEqual({
      [saeValues.topValue]: [97, 40.25, 2, 1.25, 3.5, 0, 2.5, 0],
      [saeValues.topIndex]: [3, 1, 3, 1, 2, 0, 2, 1],
    });
  });
});
