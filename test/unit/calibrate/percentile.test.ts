import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascending, percentileOf, quantile } from '../../../src/core/calibrate';

const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
const sorted = ascending(values);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });

describe('percentileOf', () => {
  it('equals scipy 1.17 percentileofscore(kind="mean")', () => {
    const at = [0, 1, 3, 4.5, 5, 9, 10];
    const expected = [0, 9.090909090909092, 36.36363636363637, 54.54545454545455, 68.18181818181819, 95.45454545454547, 100];
    at.forEach((value, i) => expect(percentileOf(sorted, value)).toBeCloseTo(expected[i]!, 10));
  });

  it('stays within 0..100, never falls as the value rises, and mirrors with the sign', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 1 }), finite, finite, (reference, a, b) => {
        const up = ascending(reference);
        const down = ascending(reference.map((v) => -v));
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(percentileOf(up, low)).toBeGreaterThanOrEqual(0);
        expect(percentileOf(up, high)).toBeLessThanOrEqual(100);
        expect(percentileOf(up, low)).toBeLessThanOrEqual(percentileOf(up, high));
        expect(percentileOf(up, a) + percentileOf(down, -a)).toBeCloseTo(100, 9);
      }),
    );
  });

  it('refuses an empty reference and values that have no rank', () => {
    expect(() => percentileOf([], 1)).toThrow(/empty/);
    expect(() => ascending([1, NaN])).toThrow(/not a number/);
  });
});

describe('quantile', () => {
  it('equals NumPy 2.4 quantile (type 7)', () => {
    const expected: [number, number][] = [[0, 1], [0.05, 1], [0.25, 2.5], [0.5, 4], [0.9, 6], [1, 9]];
    for (const [q, value] of expected) expect(quantile(sorted, q)).toBeCloseTo(value, 12);
    expect(quantile([10, 20], 0.25)).toBe(12.5);
  });

  it('refuses q outside 0..1', () => {
    expect(() => quantile(sorted, 1.1)).toThrow(RangeError);
    expect(() => quantile(sorted, NaN)).toThrow(RangeError);
  });
});
