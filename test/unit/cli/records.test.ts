import { expect, test } from 'vitest';
import { recordsInFileOrder } from '../../../src/cli/records';
import { row } from './support';

const fixed = ['file', 'line', 'index', 'hash', 'tokens', 'responseTokens', 'scores', 'loss', 'rank', 'flagged', 'level', 'reasons'];

test('a row has the fixed fields first, in their order', () => {
  const [record] = recordsInFileOrder('f', [row(0, 1)], []);
  expect(Object.keys(record!).slice(0, fixed.length)).toEqual(fixed);
  expect(Object.keys((record as { scores: object[] }).scores[0]!)).toEqual(['probe', 'measure', 'value', 'percentile', 'p', 'q', 'nulls']);
});

test('p and q are null without ordinary rows', () => {
  const [record] = recordsInFileOrder('f', [row(0, 1)], []);
  expect((record as { scores: object[] }).scores[0]).toMatchObject({ p: null, q: null });
});

test("no row's text stands in the records", () => {
  expect(JSON.stringify(recordsInFileOrder('f', [row(0, 1)], []))).not.toMatch(/question 0|answer 0/);
});

test('rows and problems stand in file order, whatever their rank', () => {
  const rows = [row(4, 1, { line: 5 }), row(0, 9, { line: 1 }), row(2, 3, { line: 3 })];
  const problems = [
    { line: 4, reason: 'empty' as const, message: 'not counted as a row' },
    { line: 2, index: 1, reason: 'broken-json' as const, message: 'broken' },
  ];
  expect(recordsInFileOrder('f', rows, problems).map((record) => record.line)).toEqual([1, 2, 3, 4, 5]);
  expect(recordsInFileOrder('f', [], problems)[0]).toEqual({ file: 'f', line: 2, problem: { reason: 'broken-json', message: 'broken', index: 1 } });
});

test('rows on one line stand by their index', () => {
  const rows = [2, 0, 1].map((index) => row(index, 1, { line: 1 }));
  expect(recordsInFileOrder('f', rows, []).map((record) => (record as { index: number }).index)).toEqual([0, 1, 2]);
});

test('no word of a row is told, only where it stands', () => {
  const phrases = [{ text: 'SECRET', range: { start: 3, end: 9 }, share: 0.5 }];
  const side = { value: 2, percentile: 99, spans: [], phrases };
  const record = recordsInFileOrder('f', [row(0, 1, { spans: [{ start: 2, end: 9 }], phrases, sides: { chosen: side, rejected: side } })], [])[0]!;
  expect(record).toMatchObject({ spans: [{ start: 2, end: 9 }], phrases: [{ range: { start: 3, end: 9 }, share: 0.5 }] });
  expect(JSON.stringify(record)).not.toContain('SECRET');
});

test('a preference pair is one object with its sides', () => {
  const sides = { chosen: { value: 2, percentile: 99, spans: null, phrases: null }, rejected: { value: 1, percentile: 80, spans: null, phrases: null } };
  expect(recordsInFileOrder('f', [row(0, 1, { sides })], [])).toEqual([expect.objectContaining({ sides })]);
});
