import { describe, expect, it } from 'vitest';
import { beyondNulls, countBeyondNulls, countBits, nullComparison, nullThresholds } from '../../../src/core/calibrate';

/** 101 reference rows under 3 nulls: 0..100, ten times that, and constant. */
const reference = Float64Array.from({ length: 303 }, (_, at) => [Math.floor(at / 3), 10 * Math.floor(at / 3), 7][at % 3]!);

describe('null probes', () => {
  it('have their own 95th reference percentile each', () => {
    expect([...nullThresholds(reference, 3)]).toEqual([95, 950, 7]);
  });

  it('agree on a row where it lies beyond their own percentile', () => {
    const thresholds = nullThresholds(reference, 3);
    const beyond = (scores: number[]) => nullComparison('latents of the same density', countBits(beyondNulls(scores, thresholds)), 3);
    expect(beyond([96, 960, 7])).toEqual({ kind: 'latents of the same density', count: 3, shareBeyond: 2 / 3 });
    expect(beyond([95, 950, 7]).shareBeyond).toBe(0);
    expect(nullComparison('latents of the same density', countBits(beyondNulls([], [])), 0).shareBeyond).toBe(0);
  });

  it('are told apart beyond the eighth', () => {
    const bits = beyondNulls([1, 0, 0, 0, 0, 0, 0, 0, 1, 1], new Float64Array(10));
    expect([...bits]).toEqual([1, 3]);
    expect(countBits(bits)).toBe(3);
    expect(countBeyondNulls([bits, bits], 10).nullHigh).toBe(2);
  });

  it('are counted over a file, one count a null probe', () => {
    const rows = [[96, 0, 8], [97, 0, 8], [0, 0, 8]].map((scores) => beyondNulls(scores, [95, 950, 7]));
    expect(countBeyondNulls(rows, 3)).toMatchObject({ nullMedian: 2, nulls: 3 });
    expect(countBeyondNulls(rows, 3).nullLow).toBeCloseTo(0.1, 12);
    expect(countBeyondNulls(rows, 3).nullHigh).toBeCloseTo(2.95, 12);
    expect(countBeyondNulls([], 0).nulls).toBe(0);
  });
});
