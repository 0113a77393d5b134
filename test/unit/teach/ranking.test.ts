import { describe, expect, it } from 'vitest';
import { seeded } from '../../../src/core/probe';
import { prepareFeatures, teach, type TeachRow } from '../../../src/core/teach';
import { scoresOf } from '../../../src/core/teach/system';
import { directKernel, directP } from './direct';
import { marksOn, plantedRows, range } from './synthetic';

/** Single rows, pairs and a row without words, of odd sizes. */
function mixedRows(count: number, shift: number): TeachRow[] {
  const rows = plantedRows({ rows: count, dModel: 23, push: true, shift });
  const silent = { ...rows[5]!, main: { ...rows[5]!.main, response: '' } };
  return rows.map((row, i) => (i === 5 ? silent : i % 7 === 3 ? { ...row, rejected: rows[i - 1]!.main } : row));
}

describe('ranking, beside a plain implementation', () => {
  // One probe, those of all marks and of five folds, more than fit one tile, and two full tiles.
  it.each([1, 6, 7, 12])('scores every row under %i probes at once', async (count) => {
    const rows = mixedRows(61, 0);
    const random = seeded('direct', `probes ${count}`);
    const probes = Array.from({ length: count }, () => {
      const own = random.shuffle(range(0, rows.length)).slice(0, 17);
      return { rows: own, alpha: own.map(() => random.normal()), bias: random.normal() };
    });
    const features = await prepareFeatures(rows);
    expect(features.kernels.map(({ id }) => id)).toEqual(['activation', 'push', 'text']);
    const scores = scoresOf(features, probes);
    expect(scores).toHaveLength(rows.length * count);
    const kernels = features.kernels.map(({ id }) => directKernel(rows, id));
    rows.forEach(({ rejected }, r) =>
      probes.forEach(({ rows: own, alpha, bias }, p) => {
        const direct = own.reduce((sum, other, i) => sum + alpha[i]! * kernels.reduce((k, kernel) => k + kernel(r, other), 0), rejected ? 0 : bias);
        expect(scores[r * count + p], `row ${r}, probe ${p}`).toBeCloseTo(direct, 5);
      }),
    );
  });

  it('gives p by counting held-out good marks', async () => {
    const rows = mixedRows(240, 6);
    const features = await prepareFeatures(rows);
    const { taught, rows: ranked, level } = teach(features, marksOn(range(0, 90)));
    expect(level).toBe('taught');
    const { marked, heldOut } = taught!;
    const folds = heldOut.folds.map(({ training, alpha, bias, heldOut: out }) => {
      const scores = scoresOf(features, [{ rows: training.map((mark) => marked[mark]!.row), alpha, bias }]);
      return { heldOut: out, scoreOf: (row: number) => scores[row]! };
    });
    const unmarked = ranked.filter(({ mark }) => mark === null);
    expect(new Set(unmarked.map(({ p }) => p)).size).toBeGreaterThan(10);
    for (const { index, p } of unmarked) expect(p, String(index)).toBe(directP(index, folds, marked));
    expect(ranked.filter(({ mark }) => mark !== null).every(({ p }) => p === null)).toBe(true);
  });
});
