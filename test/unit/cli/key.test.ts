import { expect, test } from 'vitest';
import { parseKey } from '../../../src/cli/key';
import { matchKey } from '../../../src/cli/keyedRows';
import { row } from './support';

test('a key is read line by line; what cannot be used is told with its line', () => {
  const text = ['\ufeff{"line": 1, "label": "good"}', '', '{"line": 2, "label": "bad", "kind": "quiet", "note": 1}', 'oops', '{"line": 0, "label": "bad"}', '{"line": 3, "label": "ugly"}', '{"line": 2, "label": "good"}'].join('\r\n');
  const { entries, faults } = parseKey(text);
  expect(entries).toEqual([
    { line: 1, label: 'good', kind: null },
    { line: 2, label: 'bad', kind: 'quiet' },
  ]);
  expect(faults.map(({ keyLine }) => keyLine)).toEqual([4, 5, 6, 7]);
  expect(faults.at(-1)!.message).toContain('labelled before, on line 3');
});

test('keys are put on rows by line; a line that is no row, was not scored or holds several is told', () => {
  const rows = [row(0, 1), row(1, 2, { line: 3 }), row(2, 3, { line: 7 }), row(3, 3, { line: 7 }), row(4, 1, { line: 9 })];
  const key = parseKey([1, 2, 3, 5, 7].map((line) => `{"line": ${line}, "label": "good"}`).join('\n'));
  const { keyed, faults, unkeyed } = matchKey(key, rows, [{ line: 2, reason: 'empty', message: '' }]);
  expect(keyed.map(({ row: { line }, at }) => [line, at])).toEqual([[1, 0], [3, 1]]);
  expect(faults).toEqual(['line 2 could not be scored (see the problems)', 'line 5 is no row of the file', 'line 7 holds 2 rows: a key needs one row a line']);
  expect(unkeyed).toBe(3);
});
