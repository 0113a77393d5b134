import { describe, expect, it } from 'vitest';
import { type GroupedRow, permutedLabels, signedLabels } from '../../../src/core/probe';

const row = (label: 'good' | 'bad', domain: string, question: string): GroupedRow => ({ label, domain, question });

describe('permutedLabels', () => {
  it('swaps the labels of a pair at random, independently of other pairs', () => {
    const rows = Array.from({ length: 10 }, (_, q) => [row('good', 'a', `${q}`), row('bad', 'a', `${q}`)]).flat();
    const draws = permutedLabels(rows, 400, 1);
    for (const labels of draws) for (let q = 0; q < 10; q++) expect(labels[2 * q]! + labels[2 * q + 1]!).toBe(0);
    for (let q = 0; q < 10; q++) {
      const swapped = draws.filter((labels) => labels[2 * q] === 1).length;
      expect(swapped).toBeGreaterThan(160);
      expect(swapped).toBeLessThan(240);
    }
    const together = draws.filter((labels) => labels[0] === labels[2]).length;
    expect(together).toBeGreaterThan(160);
    expect(together).toBeLessThan(240);
  });

  it('exchanges single-label questions within their domain only, whole', () => {
    const rows = [row('bad', 'a', '1'), row('bad', 'a', '1'), row('good', 'a', '2'), row('good', 'a', '3'), row('bad', 'b', '1'), row('good', 'b', '2'), row('bad', 'c', '1')];
    const seen = new Set<string>();
    for (const labels of permutedLabels(rows, 200, 2)) {
      expect(labels[0]).toBe(labels[1]);
      expect([labels[0], labels[2], labels[3]].filter((l) => l === 1)).toHaveLength(1);
      expect(labels[4]! + labels[5]!).toBe(0);
      expect(labels[6]).toBe(1);
      seen.add(labels.join());
    }
    expect(seen.size).toBe(6);
  });

  it('is the same for the same seed', () => {
    const rows = Array.from({ length: 30 }, (_, i) => row(i % 2 ? 'good' : 'bad', 'a', `${i}`));
    expect(permutedLabels(rows, 3, 5)).toEqual(permutedLabels(rows, 3, 5));
    expect(permutedLabels(rows, 3, 5)).not.toEqual(permutedLabels(rows, 3, 6));
    expect([...signedLabels(rows.slice(0, 2))]).toEqual([1, -1]);
  });
});
