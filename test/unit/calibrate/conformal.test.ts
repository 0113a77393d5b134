import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascending, conformalP, flagBudget, flagThreshold, rowsNeededToFlag } from '../../../src/core/calibrate';

describe('conformalP', () => {
  it('counts ordinary scores that are as high, plus one', () => {
    const ordinary = ascending([1, 2, 2, 3]);
    expect(conformalP(ordinary, 4)).toBe(1 / 5);
    expect(conformalP(ordinary, 3)).toBe(2 / 5);
    expect(conformalP(ordinary, 2)).toBe(4 / 5);
    expect(conformalP(ordinary, 0)).toBe(1);
    expect(conformalP([], 0)).toBe(1);
  });

  it('p <= alpha, the k-th largest score and k = floor(alpha (n + 1)) say the same', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 130 }), fc.integer({ min: 0, max: 51 }), fc.integer({ min: 1, max: 99 }), (scores, score, percent) => {
        const ordinary = ascending(scores);
        const alpha = percent / 100;
        const threshold = flagThreshold(ordinary, alpha);
        const flagged = threshold !== null && score > threshold;
        expect(conformalP(ordinary, score) <= alpha).toBe(flagged);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('flagBudget', () => {
  it('is floor(alpha (n + 1)), also where the product in floating point is a little short', () => {
    expect(flagBudget(60, 0.05)).toBe(3);
    expect(flagBudget(18, 0.05)).toBe(0);
    expect(flagBudget(19, 0.05)).toBe(1);
    expect(0.29 * 100).toBeLessThan(29);
    expect(flagBudget(99, 0.29)).toBe(29);
    expect(rowsNeededToFlag(0.05)).toBe(19);
    expect(rowsNeededToFlag(0.01)).toBe(99);
  });
});
