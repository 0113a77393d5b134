import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blocksOf, foldsOf, type GroupedRow, rowsOf } from '../../../src/core/probe';

const rows = fc.array(fc.record({ label: fc.constantFrom('good', 'bad'), domain: fc.constantFrom('a', 'b', 'c', 'd'), question: fc.constantFrom('1', '2', '3', '4', '5', '6') }), { minLength: 1, maxLength: 60 }) as fc.Arbitrary<GroupedRow[]>;

describe('blocksOf and foldsOf', { timeout: 60_000 }, () => {
  it('put every row in one block, split no question, and hold every row out once', () => {
    fc.assert(
      fc.property(rows, (table) => {
        const blocks = blocksOf(table, 1);
        expect(rowsOf(blocks).sort((x, y) => x - y)).toEqual([...table.keys()]);
        const key = (row: number) => `${table[row]!.domain}/${table[row]!.question}`;
        for (const block of blocks) for (const other of blocks) if (block !== other) for (const row of block.rows) expect(other.rows.map(key)).not.toContain(key(row));
        const folds = foldsOf(blocks);
        if (folds.length > 0) expect(folds.flatMap((fold) => rowsOf(fold.heldOut)).sort((x, y) => x - y)).toEqual([...table.keys()]);
        for (const fold of folds) expect(rowsOf(fold.heldOut).length + rowsOf(fold.training).length).toBe(table.length);
      }),
    );
  });

  it('hold out a whole domain where there are two or more', () => {
    fc.assert(
      fc.property(rows, (table) => {
        fc.pre(new Set(table.map((row) => row.domain)).size >= 2);
        for (const fold of foldsOf(blocksOf(table, 1))) {
          const inside = new Set(rowsOf(fold.training).map((row) => table[row]!.domain));
          for (const row of rowsOf(fold.heldOut)) expect(inside.has(table[row]!.domain)).toBe(false);
        }
      }),
    );
  });

  it('deal a single domain into five parts with both labels in each', () => {
    const table: GroupedRow[] = Array.from({ length: 20 }, (_, i) => ({ label: i < 10 ? 'good' : 'bad', domain: 'only', question: `${i}` }));
    const blocks = blocksOf(table, 7);
    expect(blocks).toHaveLength(5);
    for (const block of blocks) expect(block.rows.map((row) => table[row]!.label).sort()).toEqual(['bad', 'bad', 'good', 'good']);
    expect(foldsOf(blocks)).toHaveLength(5);
    expect(blocksOf(table, 7)).toEqual(blocks);
    expect(blocksOf(table, 8)).not.toEqual(blocks);
  });

  it('give no fold where nothing can be held out', () => {
    expect(foldsOf(blocksOf([{ label: 'bad', domain: 'a', question: '1' }], 1))).toEqual([]);
  });
});
