import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BatchQueue, byLength, tokenBudget } from '../../../src/audit/queue';
import type { AuditRow, PreparedRecord } from '../../../src/audit/rows';

const side = (tokens: number) => ({ tokens: { ids: new Int32Array(tokens) } }) as PreparedRecord;
const row = (line: number, tokens: number, rejected: number | null = null): AuditRow => ({
  key: String(line),
  index: line - 1,
  line,
  range: { start: 0, end: 0 },
  main: side(tokens),
  rejected: rejected === null ? null : side(rejected),
});
const length = ({ main, rejected }: AuditRow) => Math.max(main.tokens.ids.length, rejected?.tokens.ids.length ?? 0);
const padded = (batch: AuditRow[]) => Math.max(...batch.map(length)) * batch.reduce((sum, { rejected }) => sum + (rejected ? 2 : 1), 0);
const lines = (batch: AuditRow[]) => batch.map(({ line }) => line);
const drain = (queue: BatchQueue) => {
  const batches: AuditRow[][] = [];
  for (let batch = queue.next(); batch.length; batch = queue.next()) batches.push(batch);
  return batches;
};

const lengths = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 2500 }));
const rows = fc.array(fc.tuple(lengths, fc.option(lengths)), { maxLength: 150 }).map((all) => all.map(([tokens, rejected], i) => row(i + 1, tokens, rejected)));

describe('BatchQueue', () => {
  test('hands out every row exactly once, within the budget, whatever is looked at meanwhile', () => {
    fc.assert(
      fc.property(rows, fc.array(fc.tuple(fc.nat(150), fc.nat(40))), (all, views) => {
        const queue = new BatchQueue(all);
        const given: AuditRow[] = [];
        for (let batch = queue.next(); batch.length; batch = queue.next()) {
          expect(batch.length === 1 || padded(batch) <= tokenBudget).toBe(true);
          expect(Math.min(...batch.map(length))).toBeGreaterThanOrEqual(0.6 * Math.max(...batch.map(length)));
          given.push(...batch);
          expect(queue.size).toBe(all.length - given.length);
          const view = views.pop();
          if (view) queue.setView({ first: view[0], last: view[0] + view[1] });
        }
        expect(lines(given).sort((a, b) => a - b)).toEqual(lines(all));
        expect(queue.next()).toEqual([]);
      }),
    );
  });

  test('the most urgent row is in the next batch; of rows in view, the first', () => {
    fc.assert(
      fc.property(rows, fc.nat(150), (all, first) => {
        const view = { first, last: first + 20 };
        const seen = all.filter(({ line }) => line >= view.first && line <= view.last);
        const [urgent] = seen.length ? seen : all;
        const [batch] = [new BatchQueue(all, view).next()];
        expect(batch[0]).toBe(urgent);
      }),
    );
  });

  test('rows in view fill a batch before others do', () => {
    const all = Array.from({ length: 60 }, (_, i) => row(i + 1, 100));
    const queue = new BatchQueue(all, { first: 41, last: 60 });
    expect(lines(queue.next())).toEqual([41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55]);
    expect(lines(queue.next()).slice(0, 6)).toEqual([56, 57, 58, 59, 60, 1]);
    queue.setView({ first: 30, last: 31 });
    expect(lines(queue.next()).slice(0, 3)).toEqual([30, 31, 11]);
  });

  test('a row over the budget runs alone; both sides of a pair count', () => {
    expect(drain(new BatchQueue([row(1, 5000), row(2, 5000)])).map(lines)).toEqual([[1], [2]]);
    expect(drain(new BatchQueue([row(1, 300, 500), row(2, 500), row(3, 500)])).map(lines)).toEqual([[1, 2], [3]]);
  });

  test('rows of unlike length do not share a batch', () => {
    expect(drain(new BatchQueue([row(1, 10), row(2, 100), row(3, 12), row(4, 90)])).map(lines)).toEqual([[1, 3], [2, 4]]);
    expect(drain(new BatchQueue([row(1, 60), row(2, 100), row(3, 160)])).map(lines)).toEqual([[1, 2], [3]]);
  });

  test('the list that it was given stays as it is', () => {
    const all = [row(1, 5), row(2, 6)];
    drain(new BatchQueue(all));
    expect(lines(all)).toEqual([1, 2]);
    expect(lines(byLength([row(1, 9), row(2, 3, 8), row(3, 4)]))).toEqual([3, 2, 1]);
  });
});
