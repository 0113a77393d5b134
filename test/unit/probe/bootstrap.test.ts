import { describe, expect, it } from 'vitest';
import { auroc, bootstrapAuroc, middle95, type RankedPart, seeded } from '../../../src/core/probe';

function part(questions: number, shift: number, seed: string): RankedPart & { scores: number[]; bad: number[]; group: string[] } {
  const random = seeded(seed, 'part');
  const rows = Array.from({ length: questions }, (_, q) => [0, 1].map((bad) => ({ score: random.normal() + bad * shift, bad, group: `${q}` }))).flat();
  return { scores: rows.map((r) => r.score), bad: rows.map((r) => r.bad), group: rows.map((r) => r.group) };
}

describe('bootstrapAuroc', { timeout: 60_000 }, () => {
  it('holds the AUROC, and narrows as questions are added', () => {
    const few = bootstrapAuroc([part(20, 1, 'a')], { seed: 1 })!;
    const many = bootstrapAuroc([part(500, 1, 'a')], { seed: 1 })!;
    expect(few.value).toBe(auroc(part(20, 1, 'a').scores, part(20, 1, 'a').bad));
    expect(few.low).toBeLessThan(few.value);
    expect(few.high).toBeGreaterThan(few.value);
    expect(many.high - many.low).toBeLessThan((few.high - few.low) / 3);
  });

  it('covers the true AUROC of a shift by one about 95 times in 100', () => {
    const truth = 0.7602499389; // Phi(1 / sqrt(2)), scipy 1.17 norm.cdf
    const covered = Array.from({ length: 100 }, (_, i) => bootstrapAuroc([part(60, 1, `cover ${i}`)], { seed: i, resamples: 200 })!).filter((e) => e.low <= truth && truth <= e.high).length;
    expect(covered).toBeGreaterThanOrEqual(89);
    expect(covered).toBeLessThanOrEqual(99);
  });

  it('draws questions, not rows: copying every row changes nothing', () => {
    const once = part(25, 0.5, 'b');
    const twice = { scores: [...once.scores, ...once.scores], bad: [...once.bad, ...once.bad], group: [...once.group, ...once.group] };
    expect(bootstrapAuroc([twice], { seed: 3 })).toEqual(bootstrapAuroc([once], { seed: 3 }));
  });

  it('weights parts equally whatever their size', () => {
    const sure = { scores: [0, 1], bad: [0, 1], group: ['x', 'y'] };
    const large = part(200, 0, 'c');
    expect(bootstrapAuroc([sure, large], { seed: 1 })!.value).toBeCloseTo((1 + auroc(large.scores, large.bad)) / 2, 12);
  });

  it('counts ties half in every draw', () => {
    const tied = part(10, 0, 'd');
    expect(bootstrapAuroc([{ ...tied, scores: tied.scores.map(() => 7) }], { seed: 1 })).toEqual({ value: 0.5, low: 0.5, high: 0.5 });
  });

  it('is certain where nothing overlaps, says nothing from one question, and is null without both labels', () => {
    const apart = { scores: [0, 1, 2, 3], bad: [0, 0, 1, 1], group: ['a', 'b', 'a', 'b'] };
    expect(bootstrapAuroc([apart], { seed: 1 })).toEqual({ value: 1, low: 1, high: 1 });
    expect(bootstrapAuroc([{ ...apart, group: ['a', 'a', 'a', 'a'] }], { seed: 1 })).toEqual({ value: 1, low: 0, high: 1 });
    expect(bootstrapAuroc([{ ...apart, bad: [1, 1, 1, 1] }], { seed: 1 })).toBeNull();
  });
});

describe('middle95', () => {
  it('takes order statistics outward', () => {
    expect(middle95(Float64Array.from({ length: 1000 }, (_, i) => 999 - i))).toEqual([24, 975]);
    expect(middle95(Float64Array.of(4))).toEqual([4, 4]);
  });
});
