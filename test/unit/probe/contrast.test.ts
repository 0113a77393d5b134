import { describe, expect, it } from 'vitest';
import { auroc, contrastDirection, directionHeldOut, type GroupedRow, norm, randomDirections, seeded } from '../../../src/core/probe';
import { gaussians, HOOK, plantedRows } from './synthetic';

const row = (label: 'good' | 'bad', domain: string): GroupedRow => ({ label, domain, question: 'q' });

describe('contrastDirection', () => {
  it('is the difference of means at unit norm, domains weighted equally', () => {
    const rows = [row('good', 'a'), row('bad', 'a'), row('bad', 'a'), row('good', 'b'), row('bad', 'b'), row('bad', 'c')];
    const vectors = [[0, 0], [2, 0], [4, 0], [1, 1], [1, 5], [100, 100]];
    // a: (3, 0); b: (0, 4); c holds one label only.
    expect([...contrastDirection(rows, vectors, [0, 1, 2, 3, 4, 5])]).toEqual([0.6000000000000001, 0.8]);
    expect([...contrastDirection(rows, vectors, [0, 1])]).toEqual([1, 0]);
    expect([...contrastDirection(rows, vectors, [5])]).toEqual([0, 0]);
  });
});

describe('randomDirections', { timeout: 60_000 }, () => {
  it('have unit norm and the covariance of the rows', () => {
    const random = seeded(1, 'rows');
    const vectors = Array.from({ length: 400 }, () => gaussians(random, 3).map((v, i) => 1000 + v * [6, 2, 0][i]!));
    const count = 4000;
    const directions = randomDirections(vectors, [...vectors.keys()], count, 1);
    let [first, second, third] = [0, 0, 0];
    for (let j = 0; j < count; j++) {
      const direction = directions.subarray(3 * j, 3 * j + 3);
      expect(norm(direction)).toBeCloseTo(1, 12);
      first += direction[0]! ** 2 / count;
      second += direction[1]! ** 2 / count;
      third = Math.max(third, Math.abs(direction[2]!));
    }
    // For (6 z1, 2 z2) at unit norm the mean square of the second is 2 / (6 + 2).
    expect(second).toBeGreaterThan(0.22);
    expect(second).toBeLessThan(0.28);
    expect(first + second).toBeCloseTo(1, 6);
    expect(third).toBeLessThan(1e-9);
  });

  it('come from their seed', () => {
    const vectors = [[1, 0], [0, 1], [1, 1]];
    expect(randomDirections(vectors, [0, 1, 2], 5, 1)).toEqual(randomDirections(vectors, [0, 1, 2], 5, 1));
    expect(randomDirections(vectors, [0, 1, 2], 5, 1)).not.toEqual(randomDirections(vectors, [0, 1, 2], 5, 2));
  });
});

describe('directionHeldOut', () => {
  it('ranks unseen domains by the planted direction, random directions do not on average', () => {
    const rows = plantedRows({ domains: 4, shift: 3 });
    const bad = rows.map((r) => (r.label === 'bad' ? 1 : 0));
    const { scores, nulls } = directionHeldOut(rows, rows.map((r) => r.vectors.activation[HOOK]!), 80, 1);
    expect(auroc(scores, bad)).toBeGreaterThan(0.85);
    expect(nulls).toHaveLength(80);
    const mean = nulls.reduce((sum, values) => sum + auroc(values, bad), 0) / 80;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.08);
  });

  it('lets nothing of a held-out domain into its own scores', () => {
    const rows = plantedRows({ domains: 3, shift: 3 });
    const vectors = rows.map((r) => r.vectors.activation[HOOK]!);
    const spoiled = vectors.map((vector, i) => (rows[i]!.domain === 'domain 1' && rows[i]!.label === 'bad' ? vector.map((v) => v - 40) : vector));
    const before = directionHeldOut(rows, vectors, 3, 1);
    const after = directionHeldOut(rows, spoiled, 3, 1);
    const untouched = [...rows.keys()].filter((i) => rows[i]!.domain === 'domain 1' && rows[i]!.label === 'good');
    for (const i of untouched) expect([after.scores[i], after.nulls[2]![i]]).toEqual([before.scores[i], before.nulls[2]![i]]);
    const elsewhere = [...rows.keys()].filter((i) => rows[i]!.domain === 'domain 0');
    expect(elsewhere.some((i) => Math.abs(after.scores[i]! - before.scores[i]!) > 0.1)).toBe(true);
  });
});
