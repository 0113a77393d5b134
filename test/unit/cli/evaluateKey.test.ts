import { describe, expect, test } from 'vitest';
import { evaluateKey } from '../../../src/cli/evaluateKey';
import type { Key } from '../../../src/cli/key';
import type { RowScore } from '../../../src/core/types';
import type { AuditResult } from '../../../src/protocol';
import { chance, row, score, summary } from './support';

interface Case {
  value: number;
  label: 'good' | 'bad';
  kind?: string;
  over?: Partial<RowScore>;
}

const good = (value: number, over: Partial<RowScore> = {}): Case => ({ value, label: 'good', over });
const bad = (value: number, kind: string, over: Partial<RowScore> = {}): Case => ({ value, label: 'bad', kind, over });

function evaluate(cases: Case[], more: Partial<AuditResult> = {}) {
  const rows = cases.map(({ value, over }, i) => row(i, value, over));
  const key: Key = { entries: cases.map(({ label, kind }, i) => ({ line: i + 1, label, kind: kind ?? null })), faults: [] };
  return evaluateKey(key, { rows, summary: summary(), ...more });
}

const areas = (evaluation: ReturnType<typeof evaluate>, role: string) => evaluation.rankings.find((ranking) => ranking.role === role)!.auroc.map((area) => area!.value);

describe('AUROC by kind', () => {
  // a: 5 beats 1 2 3 4, 2.5 beats 1 2: 6 of 8. b: 0 beats none, 2 beats 1 and ties with 2: 1.5 of 8.
  const cases = [good(1), good(2), good(3), good(4), bad(5, 'a'), bad(2.5, 'a'), bad(0, 'b'), bad(2, 'b')];

  test('overall, then each kind against all good rows', () => {
    const evaluation = evaluate(cases);
    expect(evaluation.groups.map(({ name, bad: count }) => [name, count])).toEqual([['all bad', 4], ['a', 2], ['b', 2]]);
    expect(areas(evaluation, 'deciding')).toEqual([7.5 / 16, 6 / 8, 1.5 / 8]);
  });

  test('intervals hold the value and are the same again', () => {
    const [once, again] = [evaluate(cases), evaluate(cases)];
    expect(once).toEqual(again);
    for (const area of once.rankings[0]!.auroc) {
      expect(area!.low).toBeLessThanOrEqual(area!.value);
      expect(area!.high).toBeGreaterThanOrEqual(area!.value);
      expect(area!.high - area!.low).toBeGreaterThan(0.1);
    }
  });

  test('beside it the other probes, TF-IDF, loss and length', () => {
    const shown = (value: number, other: number, text: number, loss: number, responseTokens: number): Partial<RowScore> => ({
      scores: [score({ probe: 'contrast', value: other }), score({ value })],
      text: { value: text, percentile: 50 },
      loss,
      responseTokens,
    });
    const evaluation = evaluate([good(0, shown(0, 9, 1, 4, 10)), good(0, shown(0, 9, 2, 2, 20)), bad(0, 'a', shown(0, 1, 3, 3, 5))]);
    expect(evaluation.rankings.map(({ role }) => role)).toEqual(['deciding', 'residualised', 'probe', 'text', 'loss', 'length']);
    expect([areas(evaluation, 'probe'), areas(evaluation, 'text'), areas(evaluation, 'loss'), areas(evaluation, 'length')]).toEqual([[0], [1], [0.5], [0]]);
  });

  test('a row without loss or text takes that column away, not the row', () => {
    const evaluation = evaluate([good(1, { loss: null, text: null }), bad(2, 'a')]);
    expect(evaluation.rankings.map(({ role }) => role)).toEqual(['deciding', 'length']);
  });

  test('a single kind stands once, by its name where it has one', () => {
    expect(evaluate([good(1), { value: 2, label: 'bad' }]).groups.map(({ name }) => name)).toEqual(['all bad']);
    expect(evaluate([good(1), bad(2, 'a')]).groups.map(({ name }) => name)).toEqual(['a']);
  });

  test('a key of one label compares nothing', () => {
    expect(evaluate([good(1), good(2)]).groups).toEqual([]);
  });
});

test('loss and length are regressed out by least squares', () => {
  // score = 10 loss + (bad): raw 3 of 4 pairs are right; the residual is -.5 for good and +.5 for bad.
  const at = (loss: number) => ({ loss, responseTokens: 20 });
  const evaluation = evaluate([good(10, at(1)), good(20, at(2)), bad(11, 'a', at(1)), bad(21, 'a', at(2))]);
  expect(areas(evaluation, 'deciding')[0]).toBe(0.75);
  expect(areas(evaluation, 'residualised')[0]).toBe(1);
});

describe('the null band', () => {
  const cases = [good(1), good(2), good(3), good(4), bad(5, 'a'), bad(6, 'a')];
  // [rows, count]: one null probe that separates nothing, one that puts one bad row under all good ones (AUROC .5 at 4 of 8), one reversed in part.
  const nulls = (columns: number[][]) => ({ count: columns.length, values: Float32Array.from({ length: 6 * columns.length }, (_, i) => columns[i % columns.length]![Math.floor(i / columns.length)]!) });

  test('is the far end of |AUROC - .5| + .5 over null probes, in the order of the rows', () => {
    // 5 of 8 pairs: .625. 1 of 8 pairs: .125, as far from .5 as .875.
    const evaluation = evaluate(cases, { nullScores: nulls([[1, 2, 3, 4, 3.5, 2.5], [1, 2, 3, 4, 1.5, 0]]) });
    expect(evaluation.groups[0]!.nullBand).toBeCloseTo(0.875, 10);
    expect(evaluation.groups[0]!.found).toBe('found');
  });

  test('within the band nothing is found, however sure the interval', () => {
    const evaluation = evaluate(cases, { nullScores: nulls([[4, 3, 2, 1, 0, -1]]) });
    expect(evaluation.groups[0]!.nullBand).toBe(1);
    expect(evaluation.groups[0]!.found).toBe('not found');
  });

  test('an interval over one half is not found; one below it is reversed', () => {
    expect(evaluate([good(1), good(4), good(2), bad(3, 'a'), bad(1.5, 'a')]).groups[0]!.found).toBe('not found');
    expect(evaluate([good(3), good(4), good(5), bad(1, 'a'), bad(2, 'a')]).groups[0]!.found).toBe('reversed');
  });
});

test('true positives: at 1 % one of a hundred good rows may stand above the threshold, at 5 % five', () => {
  const evaluation = evaluate([...Array.from({ length: 100 }, (_, i) => good(i + 1)), bad(99.5, 'a'), bad(99, 'a'), bad(95.5, 'a'), bad(95, 'a')]);
  expect(evaluation.groups[0]!.truePositives).toEqual({ at1: 0.25, at5: 0.75 });
});

test('true positives: with few good rows none may stand above', () => {
  expect(evaluate([good(1), good(3), bad(2, 'a'), bad(4, 'a')]).groups[0]!.truePositives).toEqual({ at1: 0.5, at5: 0.5 });
});

test('calibrated: flagged and missed by kind, false flags among good rows that could be flagged', () => {
  const flagged = { flagged: true };
  const ordinary = { reasons: [{ code: 'in-ordinary-rows' as const, message: '' }] };
  const evaluation = evaluate([good(1, flagged), good(1), good(1, ordinary), bad(2, 'a', flagged), bad(2, 'a'), bad(2, 'b')], { summary: summary({ chance, level: 'calibrated' }) });
  expect(evaluation.groups.map((group) => group.flagged)).toEqual([{ flagged: 1, missed: 2 }, { flagged: 1, missed: 1 }, { flagged: 0, missed: 1 }]);
  expect(evaluation.falseFlags).toEqual({ flagged: 1, of: 2 });
});
