import { describe, expect, it } from 'vitest';
import type { RecordMark, TaughtRow, TeachResult } from '../../../src/core/types';
import { hoverMarkdown } from '../../../src/extension/words/hover';
import { lensTitle, rowsToReview, rowsWithLens } from '../../../src/extension/words/lens';
import { statusText } from '../../../src/extension/words/status';
import { type TaughtView, viewOf } from '../../../src/extension/words/taught';
import { engine, english, placed, rowScore, summary } from './support';

const rows = [placed(0, { rank: 3 }), placed(1, { rank: 1 }), placed(2, { rank: 2 })];
const taughtRow = (index: number, changes: Partial<TaughtRow> = {}): TaughtRow => ({ index, line: index + 1, hash: `hash ${index}`, value: -index, percentile: 97.6, rank: index + 1, p: null, flagged: false, mark: null, next: null, ...changes });
const result = (changes: Partial<TeachResult> = {}): TeachResult => ({
  file: 'rows.jsonl', marks: { good: 10, bad: 10, elsewhere: 0 }, missing: { good: 0, bad: 0 }, kernels: ['activation', 'text'], figures: null, finding: 'shown', level: 'ranked', verdictText: 'taught on 10 good', advice: 'Review.',
  notes: [], flagged: 0, chance: null, rows: [taughtRow(0), taughtRow(1), taughtRow(2)], next: [], report: null, timings: { teachMs: 1, rankMs: 1, rowsRun: 0 }, ...changes,
});
const marked = (hash: string, mark: 'good' | 'bad'): [string, RecordMark] => [hash, { mark, decision: null, note: null, author: null, time: '' }];
const file = (taught: TaughtView) => ({ rows, ranksKnown: true, summary: summary(), taught });

describe('lenses of a taught file', () => {
  it('say the taught place and percentile, and the mark', () => {
    const view = viewOf(new Map([marked('hash 1', 'bad')]), result());
    expect(lensTitle(rows[0]!, file(view), english)).toBe('#1 of 3 to review · yours 97 · reads 99.4 · loss 71 · ▸ inspect');
    expect(lensTitle(rows[1]!, file(view), english)).toContain(' · yours 97 · marked bad · ');
  });

  it('say p at level taught, and nothing of rows that were changed since', () => {
    const view = viewOf(new Map(), result({ level: 'taught', rows: [taughtRow(0, { p: 0.012 }), taughtRow(1, { hash: 'other' })] }));
    expect(lensTitle(rows[0]!, file(view), english)).toContain('yours p .01');
    expect(lensTitle(rows[1]!, file(view), english)).not.toContain('yours');
  });

  it('stay with the card\'s order while the folds show nothing, and say so', () => {
    const view = viewOf(new Map(), result({ finding: 'not beyond chance' }));
    expect(lensTitle(rows[0]!, file(view), english)).toContain('#3 of 3 to review · yours 97, unproven · ');
    expect(rowsToReview(file(view), 1).map(({ score }) => score.index)).toEqual([1]);
  });

  it('review by the taught ranking, marked rows left out; those and rows worth a mark keep a lens', () => {
    const view = viewOf(new Map([marked('hash 0', 'good')]), result({ rows: [taughtRow(0), taughtRow(1), taughtRow(2, { next: 'uncertain' })] }));
    expect(rowsToReview(file(view), 1).map(({ score }) => score.index)).toEqual([1]);
    expect(rowsWithLens(file(view), { show: 'flaggedOrTop', top: 1 }).map(({ score }) => score.index)).toEqual([1, 0, 2]);
  });

  it('review the flagged rows at level taught', () => {
    const view = viewOf(new Map(), result({ level: 'taught', rows: [taughtRow(0), taughtRow(1, { flagged: true, p: 0.01 }), taughtRow(2)] }));
    expect(rowsToReview(file(view), 10).map(({ score }) => score.index)).toEqual([1]);
  });
});

it('the hover says the mark, what the probe makes of the row, and links to mark it', () => {
  const view = viewOf(new Map([marked('hash 2', 'bad')]), result({ finding: 'not beyond chance' }));
  const text = hoverMarkdown({ row: rowScore(2), scored: 3, ranksKnown: true, summary: summary(), inspect: 'i', reveal: 'r', taught: view, mark: { good: 'command:good', bad: 'command:bad', clear: 'command:clear' } }, english);
  expect(text).toContain('**marked bad** · [Mark good](command:good) · [Clear the mark](command:clear)');
  expect(text).not.toContain('command:bad');
  expect(text).toContain('Your probe puts it at #3 of 3 (percentile 97 among the rows of this file). Unproven');
});

it('the status bar says the level', () => {
  const subject = { state: 'done' as const, engine, progress: null, summary: summary(), rowCount: 3, scored: 3, flagged: 0, problems: 0, failure: null, notices: [] };
  const chance = { n: 40, k: 2, m: 3, alpha: 0.05, expected: 0.2, interval: [0, 1] as [number, number], upperTail: 0.01, smallestAtQ: null };
  expect(statusText({ ...subject, taught: result({ level: 'taught', flagged: 2, chance }) }, english)).toMatch(/2 flagged, \.2 by chance · taught$/);
  expect(statusText({ ...subject, taught: result() }, english)).toMatch(/ranked by your marks$/);
  expect(statusText({ ...subject, taught: result({ finding: 'not beyond chance' }) }, english)).toMatch(/ranked$/);
});
