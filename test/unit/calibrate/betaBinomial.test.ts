import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betaBinomial } from '../../../src/core/calibrate';

interface Known {
  m: number;
  a: number;
  b: number;
  mean: number;
  sd: number;
  interval: [number, number];
  /** x, P(X = x), P(X <= x), P(X >= x) */
  at: [number, number, number, number][];
}

/** Probabilities from mpmath (30 digits, scipy's own are good to 1e-8 only); moments and intervals from scipy 1.17.1. */
const known: Known[] = [
  {
    ...{ m: 10, a: 2, b: 5, mean: 2.857142857142857, sd: 2.0824828195876073, interval: [0, 7] },
    at: [[0, 0.125, 0.125, 1], [3, 0.16483516483516484, 0.65384615384615385, 0.51098901098901099], [10, 0.0013736263736263736, 1, 0.0013736263736263736]],
  },
  {
    ...{ m: 7, a: 1, b: 40, mean: 0.17073170731707318, sd: 0.4363059468292273, interval: [0, 1] },
    at: [[0, 0.85106382978723404, 0.85106382978723404, 1], [1, 0.12950971322849214, 0.98057354301572618, 0.14893617021276596], [7, 1.5900400147880082e-8, 1, 1.5900400147880082e-8]],
  },
  {
    ...{ m: 6000, a: 3, b: 58, mean: 295.08196721311475, sd: 165.6138722373905, interval: [61, 694] },
    at: [
      [0, 9.2305676580456918e-7, 9.2305676580456918e-7, 1],
      [295, 0.0023245768987556089, 0.57214035682142203, 0.43018422007733358],
      [1500, 8.6164619698112982e-8, 0.99999259230662293, 7.4938579967715341e-6],
    ],
  },
  {
    ...{ m: 1_000_000, a: 50, b: 951, mean: 49950.04995004995, sd: 6885.327116306304, interval: [37329, 64273] },
    at: [
      [40000, 2.1566745813588014e-5, 0.066423966641295414, 0.93359760010451817],
      [50000, 5.7759111278278909e-5, 0.52028638092025845, 0.47977137819101983],
      [80000, 3.3670690864256281e-8, 0.99992318420008685, 7.6849470604010409e-5],
    ],
  },
];

const close = (value: number, expected: number, relative: number) => expect(Math.abs(value - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));

describe('betaBinomial', () => {
  it.each(known)('equals the known values for m = $m, a = $a, b = $b', ({ m, a, b, mean, sd, interval, at }) => {
    const counts = betaBinomial(m, a, b);
    close(counts.mean, mean, 1e-12);
    close(counts.standardDeviation, sd, 1e-9);
    expect(counts.interval(0.95)).toEqual(interval);
    for (const [x, pmf, cdf, tail] of at) {
      close(counts.pmf(x), pmf, 1e-11);
      close(counts.cdf(x), cdf, 1e-11);
      close(counts.upperTail(x), tail, 1e-11);
    }
  });

  it('is exact for a uniform rate: every count is as likely', () => {
    const counts = betaBinomial(9, 1, 1);
    for (let x = 0; x <= 9; x++) expect(counts.pmf(x)).toBeCloseTo(0.1, 15);
  });

  it('is the point mass at 0 where nothing can be flagged', () => {
    const counts = betaBinomial(100, 0, 19);
    expect([counts.mean, counts.standardDeviation, counts.pmf(0), counts.upperTail(0), counts.upperTail(1)]).toEqual([0, 0, 1, 1, 0]);
    expect(counts.interval(0.95)).toEqual([0, 0]);
    expect(betaBinomial(0, 3, 58).interval(0.95)).toEqual([0, 0]);
  });

  it('sums to one, and its moments are the mean and deviation that it states', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 300 }), (m, a, b) => {
        const counts = betaBinomial(m, a, b);
        let [total, first, second] = [0, 0, 0];
        for (let x = 0; x <= m; x++) {
          total += counts.pmf(x);
          first += x * counts.pmf(x);
          second += x * x * counts.pmf(x);
        }
        expect(total).toBeCloseTo(1, 10);
        close(first, counts.mean, 1e-9);
        close(Math.sqrt(second - first * first), counts.standardDeviation, 1e-5);
        const x = Math.floor(m / 3);
        expect(counts.cdf(x) + counts.upperTail(x + 1)).toBeCloseTo(1, 10);
      }),
      { numRuns: 60 },
    );
  });

  it('refuses what is no distribution', () => {
    expect(() => betaBinomial(-1, 1, 1)).toThrow(RangeError);
    expect(() => betaBinomial(1.5, 1, 1)).toThrow(RangeError);
    expect(() => betaBinomial(5, 1, 0)).toThrow(RangeError);
  });
});
