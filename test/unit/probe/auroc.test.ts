import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { auroc, midRanks, spearman } from '../../../src/core/probe';

const scored = fc.array(fc.record({ score: fc.integer({ min: -20, max: 20 }), bad: fc.boolean() }), { minLength: 2, maxLength: 60 });

describe('auroc', () => {
  it('equals scikit-learn 1.9 roc_auc_score, ties counting half', () => {
    expect(auroc([0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.9, 0.2], [0, 0, 1, 1, 0, 1, 1, 0])).toBeCloseTo(0.8125, 12);
  });

  it('is the share of bad-good pairs in the right order', () => {
    fc.assert(
      fc.property(scored, (rows) => {
        fc.pre(rows.some((row) => row.bad) && rows.some((row) => !row.bad));
        const scores = rows.map((row) => row.score);
        const bad = rows.map((row) => Number(row.bad));
        const good = rows.filter((row) => !row.bad);
        const pairs = rows.filter((row) => row.bad).flatMap((row) => good.map((other) => (Math.sign(row.score - other.score) + 1) / 2));
        const expected = pairs.reduce((sum, v) => sum + v, 0) / pairs.length;
        expect(auroc(scores, bad)).toBeCloseTo(expected, 10);
        expect(auroc(scores.map((v) => Math.exp(v / 7)), bad)).toBeCloseTo(expected, 10);
        expect(auroc(scores.map((v) => -v), bad)).toBeCloseTo(1 - expected, 10);
      }),
    );
  });

  it('is NaN where a label is missing, and refuses scores that are no numbers', () => {
    expect(auroc([1, 2], [1, 1])).toBeNaN();
    expect(() => auroc([1, NaN], [0, 1])).toThrow(RangeError);
  });
});

describe('midRanks and spearman', () => {
  it('equal scipy 1.17 rankdata and spearmanr', () => {
    expect([...midRanks([3, 1, 4, 1, 5])]).toEqual([3, 1.5, 4, 1.5, 5]);
    expect(spearman([1, 2, 3, 4, 5, 5, 7], [2, 1, 4, 3, 7, 5, 5])).toBeCloseTo(0.8454545454545456, 12);
  });

  it('is 1 for any rising function, -1 for any falling one, null for a constant', () => {
    const x = [5, -1, 3, 8, 0];
    expect(spearman(x, x.map((v) => v ** 3))).toBeCloseTo(1, 12);
    expect(spearman(x, x.map((v) => -Math.exp(v)))).toBeCloseTo(-1, 12);
    expect(spearman(x, [1, 1, 1, 1, 1])).toBeNull();
    expect(spearman([1], [2])).toBeNull();
  });
});
