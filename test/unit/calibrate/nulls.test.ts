import { describe, expect, it } from 'vitest';
import { compareWithNulls, countBeyondNulls, nullThresholds } from '../../../src/core/calibrate';
import type { ProbeNulls } from '../../../src/core/types';

const nulls: ProbeNulls = { kind: 'latents of the same density', count: 3, latents: [1, 2, 3] };
/** 101 reference rows under 3 nulls: 0..100, ten times that, and constant. */
const reference = Float64Array.from({ length: 303 }, (_, at) => [Math.floor(at / 3), 10 * Math.floor(at / 3), 7][at % 3]!);

describe('null probes', () => {
  it('have their own 95th reference percentile each', () => {
    expect([...nullThresholds(reference, 3)]).toEqual([95, 950, 7]);
  });

  it('agree on a row where it lies beyond their own percentile', () => {
    const thresholds = nullThresholds(reference, 3);
    expect(compareWithNulls(nulls, [96, 960, 7], thresholds)).toEqual({ kind: 'latents of the same density', count: 3, shareBeyond: 2 / 3 });
    expect(compareWithNulls(nulls, [95, 950, 7], thresholds).shareBeyond).toBe(0);
    expect(compareWithNulls(nulls, [], []).shareBeyond).toBe(0);
  });

  it('are counted over a file, one count a null probe', () => {
    const rows = Float64Array.of(96, 0, 8, 97, 0, 8, 0, 0, 8);
    expect(countBeyondNulls(rows, [95, 950, 7])).toMatchObject({ nullMedian: 2, nulls: 3 });
    expect(countBeyondNulls(rows, [95, 950, 7]).nullLow).toBeCloseTo(0.1, 12);
    expect(countBeyondNulls(rows, [95, 950, 7]).nullHigh).toBeCloseTo(2.95, 12);
    expect(countBeyondNulls(new Float64Array(0), []).nulls).toBe(0);
  });
});
