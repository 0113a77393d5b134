import { expect, test } from 'vitest';
import type { AuditRow } from '../../../src/audit/rows';
import { Shortfalls } from '../../../src/audit/shortfalls';

const onLine = (line: number) => ({ line }) as AuditRow;
const noLoss = (line: number) => ({ work: 'losses' as const, message: `Its loss could not be computed: cause ${line}.` });
const after = (lines: number[], ordinary: number[] = []) => {
  const shortfalls = new Shortfalls();
  for (const line of lines) shortfalls.add(onLine(line), noLoss(line));
  for (const line of ordinary) shortfalls.addOrdinary(onLine(line), noLoss(line));
  return shortfalls.notice()?.message;
};

test('says which lines went without what, and why the first did', () => {
  expect(after([])).toBeUndefined();
  expect(after([4])).toBe('Line 4 keeps its activation score. Its loss could not be computed: cause 4.');
  expect(after([9, 4])).toBe('Lines 4 and 9 keep their activation scores. Line 4: Its loss could not be computed: cause 4.');
  expect(after([7, 6, 5, 4, 3, 2, 1])).toBe('Lines 1, 2, 3, 4, 5 and 2 more keep their activation scores. Line 1: Its loss could not be computed: cause 1.');
  expect(after([4], [8])).toBe('Line 4 keeps its activation score. Its loss could not be computed: cause 4. Of the ordinary rows, line 8 counts in part or not at all. Its loss could not be computed: cause 8.');
});

test('a line that fell short twice is named once', () => {
  expect(after([4, 4, 6])).toMatch(/^Lines 4 and 6 keep/);
});
