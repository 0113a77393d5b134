import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { benjaminiHochberg, smallestAtQ } from '../../../src/core/calibrate';

const probabilities = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 60 });

describe('benjaminiHochberg', () => {
  it('equals R\'s p.adjust(p, "BH") (computed with scipy 1.17 false_discovery_control, the same definition)', () => {
    const q = benjaminiHochberg([0.01, 0.04, 0.03, 0.5, 0.005, 0.04, 0.8]);
    const expected = [0.035, 0.056, 0.056, 0.5833333333333334, 0.035, 0.056, 0.8];
    expected.forEach((value, i) => expect(q[i]).toBeCloseTo(value, 14));
  });

  it('never is under p nor over 1, keeps the order of p, and does not depend on the order of rows', () => {
    fc.assert(
      fc.property(probabilities, (p) => {
        const q = benjaminiHochberg(p);
        const reversed = benjaminiHochberg([...p].reverse()).reverse();
        p.forEach((value, i) => {
          expect(q[i]).toBeGreaterThanOrEqual(value * (1 - 1e-12));
          expect(q[i]).toBeLessThanOrEqual(1);
          expect(q[i]).toBeCloseTo(reversed[i]!, 12);
          p.forEach((other, j) => other > value && expect(q[j]).toBeGreaterThanOrEqual(q[i]!));
        });
      }),
    );
  });

  it('rejects exactly what the step-up rule rejects', () => {
    fc.assert(
      fc.property(probabilities, fc.constantFrom(0.05, 0.1, 0.25), (p, alpha) => {
        const sorted = [...p].sort((a, b) => a - b);
        let last = 0;
        sorted.forEach((value, i) => {
          if (value <= (alpha * (i + 1)) / p.length) last = i + 1;
        });
        const rejected = benjaminiHochberg(p).filter((q) => q <= alpha * (1 + 1e-12)).length;
        expect(rejected).toBe(last === 0 ? 0 : p.filter((value) => value <= sorted[last - 1]!).length);
      }),
    );
  });
});

describe('smallestAtQ', () => {
  it('is the smallest number of rows at the least possible p that Benjamini-Hochberg flags', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 150 }), fc.integer({ min: 1, max: 300 }), fc.constantFrom(0.05, 0.1, 0.2), (m, n, alpha) => {
        const reaches = (count: number) => {
          const p = Array.from({ length: m }, (_, i) => (i < count ? 1 / (n + 1) : 1));
          return benjaminiHochberg(p).some((q) => q <= alpha * (1 + 1e-12));
        };
        const smallest = smallestAtQ(m, n, alpha);
        if (smallest === null) expect(reaches(m)).toBe(false);
        else {
          expect(reaches(smallest)).toBe(true);
          expect(smallest === 1 || !reaches(smallest - 1)).toBe(true);
        }
      }),
    );
  });

  it('is null where even all rows together could not be flagged', () => {
    expect(smallestAtQ(100, 18, 0.05)).toBeNull();
    expect(smallestAtQ(100, 19, 0.05)).toBe(100);
    expect(smallestAtQ(0, 100, 0.05)).toBeNull();
  });
});
