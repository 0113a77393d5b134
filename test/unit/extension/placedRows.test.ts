import { describe, expect, it } from 'vitest';
import { PlacedRows } from '../../../src/extension/audits/placedRows';
import { rowScore } from './support';

/** Three rows of nine characters, a line each. */
const before = ['{"row":0}', '{"row":1}', '{"row":2}'].join('\n');

function rowsOf(text: { now: string }): PlacedRows {
  const rows = new PlacedRows((offset) => text.now[offset] ?? '');
  rows.put([rowScore(2), rowScore(0), rowScore(1)], []);
  return rows;
}

describe('PlacedRows', () => {
  it('finds the row that holds an offset, its end included', () => {
    const rows = rowsOf({ now: before });
    expect(rows.all().map(({ score }) => score.index)).toEqual([0, 1, 2]);
    expect(rows.at(0)?.score.index).toBe(0);
    expect(rows.at(9)?.score.index).toBe(0);
    expect(rows.at(10)?.score.index).toBe(1);
    expect(rows.at(29)?.score.index).toBe(2);
    expect(rows.at(30)).toBeUndefined();
  });

  it('moves the rows after an edit and marks only the one that was edited', () => {
    const text = { now: before };
    const rows = rowsOf(text);
    text.now = before.replace('{"row":1}', '{"row":1234}');
    rows.edit([{ rangeOffset: 18, rangeLength: 0, text: '234' }]);
    expect(rows.all().map(({ range, edited }) => [text.now.slice(range.start, range.end), edited])).toEqual([
      ['{"row":0}', false],
      ['{"row":1234}', true],
      ['{"row":2}', false],
    ]);
  });

  it('does not mark the rows around a removed line', () => {
    const text = { now: before };
    const rows = rowsOf(text);
    text.now = '{"row":0}\n{"row":2}';
    rows.edit([{ rangeOffset: 10, rangeLength: 10, text: '' }]);
    expect(rows.all().map(({ score, range, edited }) => [score.index, text.now.slice(range.start, range.end), edited])).toEqual([
      [0, '{"row":0}', false],
      [2, '{"row":2}', false],
    ]);
  });

  it('marks two rows that were joined', () => {
    const text = { now: before };
    const rows = rowsOf(text);
    text.now = '{"row":0}{"row":1}\n{"row":2}';
    rows.edit([{ rangeOffset: 9, rangeLength: 1, text: '' }]);
    expect(rows.all().map(({ edited }) => edited)).toEqual([true, true, false]);
  });

  it('does not mark a row at whose end a line was added', () => {
    const text = { now: before };
    const rows = rowsOf(text);
    text.now = before.replace('{"row":0}', '{"row":0}\n{"new":1}');
    rows.edit([{ rangeOffset: 9, rangeLength: 0, text: '\n{"new":1}' }]);
    expect(rows.all().map(({ edited }) => edited)).toEqual([false, false, false]);
    expect(rows.byIndex(1)?.range).toEqual({ start: 20, end: 29 });
  });

  it('places scores of an older text through the edits since', () => {
    const rows = new PlacedRows(() => '\n');
    rows.put([rowScore(0), rowScore(1)], [{ rangeOffset: 0, rangeLength: 0, text: 'ab' }, { rangeOffset: 15, rangeLength: 1, text: '' }]);
    expect(rows.all().map(({ range, edited }) => [range, edited])).toEqual([
      [{ start: 2, end: 11 }, false],
      [{ start: 12, end: 20 }, true],
    ]);
  });
});
