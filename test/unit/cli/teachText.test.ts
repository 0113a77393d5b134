import { describe, expect, test } from 'vitest';
import { teachLines } from '../../../src/cli/teachText';
import { paintFor } from '../../../src/cli/terminal/colour';
import { textWidth } from '../../../src/cli/terminal/width';
import type { Estimate, TeachReportRow, TeachResult } from '../../../src/core/types';

const area = (value: number): Estimate => ({ value, low: value - 0.1, high: value + 0.1 });
const group = (name: string, loss: Estimate | null): TeachReportRow['groups'][number] => ({ name, bad: 23, good: 99, taught: area(0.89), tfidf: area(0.69), card: area(0.8), loss, length: area(0.46) });
const result = (loss: Estimate | null): TeachResult => ({
  file: 'train.jsonl',
  marks: { good: 104, bad: 52, elsewhere: 0 },
  missing: { good: 0, bad: 0 },
  kernels: ['activation', 'text'],
  figures: null,
  finding: 'cannot be held out',
  level: 'ranked',
  verdictText: 'not tested',
  advice: 'Mark rows of other questions.',
  notes: [],
  flagged: 0,
  chance: null,
  rows: [],
  next: [],
  report: [10, 20].map((marks) => ({ marks, draws: 20, groups: ['all bad', 'ill-meaning', 'quietly wrong'].map((name) => group(name, loss)) })),
  timings: { teachMs: 1, rankMs: 1, rowsRun: 0 },
});
const labels = { marks: [], from: 'key.jsonl', faults: [], preview: () => '' };
const lines = (width: number, loss: Estimate | null = area(0.6)) => teachLines(result(loss), labels, { width, paint: paintFor(0), top: 0 });

describe('what some numbers of marks reach, in words', () => {
  test('each alternative stands beside the taught probe with its interval', () => {
    expect(lines(100).slice(2, 8)).toMatchInlineSnapshot(`
      [
        "10 marks                    all bad (23/99)   ill-meaning (23/99)   quietly wrong (23/99)",
        "taught (activation, text)    .89 [.79, .99]        .89 [.79, .99]          .89 [.79, .99]",
        "TF-IDF, same marks           .69 [.59, .79]        .69 [.59, .79]          .69 [.59, .79]",
        "persona card                 .80 [.70, .90]        .80 [.70, .90]          .80 [.70, .90]",
        "loss                         .60 [.50, .70]        .60 [.50, .70]          .60 [.50, .70]",
        "length                       .46 [.36, .56]        .46 [.36, .56]          .46 [.36, .56]",
      ]
    `);
  });

  test('no figure is cut where the groups do not fit side by side', () => {
    const narrow = lines(60);
    expect(Math.max(...narrow.map(textWidth))).toBeLessThanOrEqual(60);
    // Two numbers of marks, three groups, five rankings.
    expect(narrow.join('\n').match(/\.\d\d \[\.\d\d, \.\d\d\]/g)).toHaveLength(2 * 3 * 5);
  });

  test('an alternative that is not known is a dash', () => {
    expect(lines(100, null).find((line) => line.startsWith('loss'))).toMatch(/^loss( +-){3}$/);
  });
});
