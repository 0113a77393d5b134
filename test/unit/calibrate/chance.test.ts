import { describe, expect, it } from 'vitest';
import { ascending, chanceExpectation, conformalP } from '../../../src/core/calibrate';
import { seeded } from '../../../src/core/probe';

describe('chanceExpectation', { timeout: 60_000 }, () => {
  it('gives the design\'s example: 60 ordinary rows, 6,000 rows, 295 +- 164', () => {
    const chance = chanceExpectation({ n: 60, m: 6000, alpha: 0.05, flagged: 694 });
    expect(chance.k).toBe(3);
    expect(chance.expected).toBeCloseTo(295.08, 2);
    expect(chance.interval).toEqual([61, 694]);
    expect(chance.smallestAtQ).toBe(1968);
    expect(chance.upperTail).toBeGreaterThan(0.02);
    expect(chance.upperTail).toBeLessThan(0.03);
  });

  it('takes the upper tail at the observed number itself (mpmath: P(X >= 1500))', () => {
    const { upperTail } = chanceExpectation({ n: 60, m: 6000, alpha: 0.05, flagged: 1500 });
    expect(upperTail / 7.4938579967715341e-6).toBeCloseTo(1, 9);
  });

  it('flags nothing under 19 ordinary rows', () => {
    expect(chanceExpectation({ n: 18, m: 500, alpha: 0.05, flagged: 0 })).toMatchObject({ k: 0, expected: 0, interval: [0, 0], upperTail: 1, smallestAtQ: null });
  });

  it('holds on simulated files: the count among exchangeable rows lies in the interval 95 % of the time', () => {
    const random = seeded(20261, 'simulation');
    const [n, m, alpha, files] = [60, 300, 0.05, 2000];
    const { interval, expected } = chanceExpectation({ n, m, alpha, flagged: 0 });
    let [inside, total, beyond] = [0, 0, 0];
    for (let file = 0; file < files; file++) {
      const ordinary = ascending(Array.from({ length: n }, () => random.normal()));
      let flagged = 0;
      for (let row = 0; row < m; row++) if (conformalP(ordinary, random.normal()) <= alpha) flagged++;
      if (flagged >= interval[0] && flagged <= interval[1]) inside++;
      if (chanceExpectation({ n, m, alpha, flagged }).upperTail <= 0.05) beyond++;
      total += flagged;
    }
    // Discrete, so the interval covers a little more than 95 % and the tail test rejects a little less than 5 %; 2,000 files leave +- 1 point.
    expect(inside / files).toBeGreaterThan(0.94);
    expect(inside / files).toBeLessThan(0.975);
    expect(beyond / files).toBeGreaterThan(0.035);
    expect(beyond / files).toBeLessThan(0.06);
    expect(Math.abs(total / files - expected)).toBeLessThan(0.8);
  });
});
