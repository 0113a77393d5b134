import { describe, expect, test } from 'vitest';
import { saeFit } from '../../../src/core/sae';
import type { TokenTrace } from '../../../src/core/types';

/** Three tokens of width 2; the last one is far away. Latents: 0 and 1 of the first, 2 of the second. */
const trace: TokenTrace = {
  hash: 'h', hookPoint: 'blocks.0.hook_resid_post', tokens: 3, dModel: 2, k: 2,
  residual: Float32Array.of(1, 2, 3, -2, 1000, 1000),
  latentIndex: Int32Array.of(0, 1, 2, 0, 0, 1),
  latentValue: Float32Array.of(1, 1, 2, 0, 9, 9),
};
const decoder = Float32Array.of(0, 1, 0, 0.5, 1, -1);
const bias = Float32Array.of(1, 0);

describe('saeFit', () => {
  test('counts active latents, and the squared error over the squared distance from the mean, of the given tokens', () => {
    // Rebuilt: [1, 1.5] and [3, -2], so the error is .25; the mean is [2, 0], so the distance is 5 + 5.
    expect(saeFit(trace, [0, 1], decoder, bias)).toEqual({ l0: 1.5, fvu: 0.025 });
  });

  test('nothing that varies gives no number, which is no fit', () => {
    expect(saeFit(trace, [1], decoder, bias).fvu).toBeNaN();
    expect(saeFit(trace, [], decoder, bias)).toEqual({ l0: NaN, fvu: NaN });
  });
});
