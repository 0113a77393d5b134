import { describe, expect, it } from 'vitest';
import { lensTitle, rowsToReview, rowsWithLens, turnLenses } from '../../../src/extension/words/lens';
import { planLenses } from '../../../src/extension/words/lensPlan';
import { reviewStep } from '../../../src/extension/words/reviewStep';
import { nothingTaught } from '../../../src/extension/words/taught';
import { english, placed, score, summary } from './support';

const rows = [placed(0, { rank: 3 }), placed(1, { rank: 1 }), placed(2, { rank: 2 })];
const ranked = { rows, ranksKnown: true, summary: summary(), taught: nothingTaught };
const title = (changes: Parameters<typeof placed>[1], file = ranked): string => lensTitle(placed(2, changes), file, english);

describe('lensTitle', () => {
  it('says the place, the strongest number first, and what a click does', () => {
    expect(title({})).toBe('#3 of 3 to review · reads 99.4 · loss 71 · ▸ inspect');
    expect(title({ lossPercentile: 99.8 })).toBe('#3 of 3 to review · loss 99.8 · reads 99.4 · ▸ inspect');
  });

  it('says p where the row is calibrated', () => {
    expect(title({ level: 'calibrated', scores: [score({ p: 0.0123 })] })).toContain(' · reads p .01 · ');
    expect(title({ level: 'calibrated', scores: [score({ p: 0.0032 })] })).toContain(' · reads p .003 · ');
  });

  it('shows a pending loss as pending, and no rank before all rows were read', () => {
    const pending = { loss: null, lossPercentile: null, reasons: [{ code: 'pending-loss' as const, message: '' }] };
    expect(title(pending, { ...ranked, ranksKnown: false })).toBe('reads 99.4 · loss pending · ▸ inspect');
  });

  it('says that a loss or push could not be computed, which is not pending', () => {
    const failed = (code: 'no-loss' | 'no-push') => title({ loss: null, lossPercentile: null, reasons: [{ code, message: '' }] });
    expect(failed('no-loss')).toBe('#3 of 3 to review · reads 99.4 · loss not computed · ▸ inspect');
    expect(failed('no-push')).toBe('#3 of 3 to review · reads 99.4 · push not computed · ▸ inspect');
  });

  it('takes the deciding score of the card', () => {
    const scores = [score({ probe: 'other', percentile: 12 }), score({ percentile: 98.7 })];
    expect(title({ scores })).toContain('reads 98 ');
  });

  it('carries the hottest words, shortened, on one line, and without an icon of their own', () => {
    const carries = (text: string) => title({ phrases: [{ text, range: { start: 0, end: 1 }, share: 0.2 }, { text: 'second', range: { start: 2, end: 3 }, share: 0.1 }] });
    expect(carries("that'll teach them")).toBe("#3 of 3 to review · reads 99.4 · loss 71 · “that'll teach them” · ▸ inspect");
    expect(carries('$(alert) two\n lines\u202e')).toContain(' · “(alert) two lines\ufffd” · ');
    expect(carries(`${'x'.repeat(38)}👍👍`)).toContain(`“${'x'.repeat(38)}…”`);
    expect(title({ phrases: [] })).not.toContain('“');
  });

  it('shows the sides of a pair apart', () => {
    const side = (percentile: number) => ({ value: 0, percentile, spans: null, phrases: null });
    expect(title({ sides: { chosen: side(99.43), rejected: side(12.7) } })).toContain(' · chosen 99.4, rejected 12 · ');
  });

  it('has a short lens for each of the most unusual answers', () => {
    const turn = (at: number, percentile: number) => ({ turn: at, range: { start: at, end: at + 1 }, value: 0, percentile });
    const row = placed(0, { perTurn: [turn(1, 10), turn(3, 99.4), turn(5, 50), turn(7, 60)] });
    expect(turnLenses(row, null, english).map(({ title: words, turn: at }) => [words, at])).toEqual([['answer 2 of 4 reads 99.4', 3], ['answer 4 of 4 reads 60', 7], ['answer 3 of 4 reads 50', 5]]);
    expect(turnLenses({ ...row, edited: true }, null, english)).toEqual([]);
  });

  it('marks what limits the numbers', () => {
    expect(title({ reasons: [{ code: 'truncated', message: '' }, { code: 'template-markers', message: '' }] })).toContain('cut short · template markers in its text');
    expect(lensTitle(placed(0, {}, true), ranked, english)).toBe('edited since it was scored · ▸ audit again');
  });
});

describe('rows with a lens', () => {
  it('are the first of the ranking without trusted rows', () => {
    expect(rowsToReview(ranked, 2).map(({ score: s }) => s.index)).toEqual([1, 2]);
    expect(rowsToReview({ ...ranked, ranksKnown: false }, 2)).toEqual([]);
  });

  it('are the flagged rows of a calibrated file, however many', () => {
    const calibrated = rows.map(({ score: s }, i) => placed(s.index, { ...s, level: 'calibrated', flagged: i !== 0 }));
    expect(rowsToReview({ ...ranked, rows: calibrated }, 1).map(({ score: s }) => s.index)).toEqual([1, 2]);
  });

  it('follow the setting', () => {
    expect(rowsWithLens(ranked, { show: 'all', top: 1 })).toHaveLength(3);
    expect(rowsWithLens(ranked, { show: 'none', top: 1 })).toHaveLength(0);
    expect(rowsWithLens(ranked, { show: 'flaggedOrTop', top: 1 })).toHaveLength(1);
  });
});

describe('planLenses', () => {
  const lens = (line: number, text = 'wanted') => ({ title: text, line });
  const wanted = [lens(1), lens(5), lens(5, 'behind'), lens(7), lens(9)];
  const standIn = (line: number) => [lens(line, 'stays')];

  it('lets no lens come or go in the lines that are read, and every one elsewhere', () => {
    const plan = planLenses(wanted, { drawn: new Set([2, 5, 6]), inView: [{ first: 4, last: 8 }] }, standIn);
    expect(plan.lenses.map(({ line, title: text }) => [line, text])).toEqual([[1, 'wanted'], [5, 'wanted'], [5, 'behind'], [9, 'wanted'], [6, 'stays']]);
    expect(plan.held).toEqual([7, 6]);
  });

  it('draws all of them where nothing is read', () => {
    expect(planLenses(wanted, { drawn: new Set([6]), inView: [] }, standIn)).toEqual({ lenses: wanted, held: [] });
  });
});

describe('reviewStep', () => {
  const queue = rowsToReview(ranked, 3);
  const step = (offset: number, direction: 1 | -1) => reviewStep(queue, offset, direction)?.score.rank;

  it('goes from rank to rank and around the end', () => {
    expect([step(10, 1), step(20, 1), step(0, 1)]).toEqual([2, 3, 1]);
    expect([step(10, -1), step(20, -1)]).toEqual([3, 1]);
  });

  it('begins with the worst from a row that is not to review', () => {
    expect([step(500, 1), step(500, -1)]).toEqual([1, 3]);
    expect(reviewStep([], 0, 1)).toBeUndefined();
  });
});
