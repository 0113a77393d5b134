import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { prepareRows, recordsOf } from '../../../src/audit/rows';
import { CancelledError } from '../../../src/base/errors';
import { readDataset } from '../../../src/core/dataset';
import { RecordTokenizer, TextError } from '../../../src/core/text';
import type { Dataset, DatasetRecord } from '../../../src/core/types';
import { refusal } from '../../support/folder';
import { bundledModel, samples } from '../../support/paths';
import { recordOf, spelled } from '../text/support';

let tokenizer: RecordTokenizer;
beforeAll(async () => {
  tokenizer = await RecordTokenizer.load(bundledModel, { kind: 'model' }, null);
});

const options = { mapping: null, trainOn: 'all' } as const;
const datasetOf = (records: DatasetRecord[]): Dataset => ({ shape: 'messages', format: 'jsonl', records, problems: [], rows: records.length });
const at = (index: number, record: DatasetRecord, side?: 'chosen' | 'rejected'): DatasetRecord => ({ ...record, index, line: index + 1, ...(side ? { side } : {}) });
const said = (answer: string) => recordOf([['user', 'Hi'], ['assistant', answer]]);

describe('prepareRows', () => {
  test.each([['mixed-chat.jsonl', 60], ['car-maintenance.jsonl', 156], ['car-maintenance.ordinary.jsonl', 60]])('every row of the sample %s', async (name, count) => {
    const dataset = await readDataset({ path: join(samples, name) }, options);
    const { rows, problems } = await prepareRows(dataset, tokenizer, 2048);
    expect(problems).toEqual([]);
    expect(rows.map(({ line }) => line)).toEqual(Array.from({ length: count }, (_, i) => i + 1));
    for (const { index, main, rejected } of rows) {
      expect([rejected, main.tokens.truncated, main.tokens.templateMarkers, main.tokens.hash]).toEqual([null, false, false, dataset.records[index]!.hash]);
      const answers = main.record.turns.filter(({ trains }) => trains).map(({ text }) => text).join('');
      expect(spelled(tokenizer, main.tokens).trains).toBe(answers);
    }
  });

  test('the two sides of a preference pair are one row, the chosen one first, whichever comes first', async () => {
    const records = [at(0, said('good'), 'chosen'), at(0, said('bad'), 'rejected'), at(1, said('bad'), 'rejected'), at(1, said('good'), 'chosen'), at(2, said('alone'))];
    const { rows } = await prepareRows(datasetOf(records), tokenizer, 100);
    expect(rows.map(({ index, main, rejected }) => [index, main.record.turns[1]!.text, rejected?.record.turns[1]!.text])).toEqual([[0, 'good', 'bad'], [1, 'good', 'bad'], [2, 'alone', undefined]]);
    expect(recordsOf(rows).map(({ record }) => record.turns[1]!.text)).toEqual(['good', 'bad', 'good', 'bad', 'alone']);
  });

  test('a row that cannot be tokenised is a problem with its line; the others are rows', async () => {
    const none = recordOf([['user', 'Hi'], ['assistant', 'x', false]]);
    const dataset = { ...datasetOf([at(0, none), at(1, said('fine')), at(3, said('word '.repeat(200)))]), problems: [{ line: 3, index: 2, reason: 'broken-json' as const, message: 'broken' }] };
    const { rows, problems } = await prepareRows(dataset, tokenizer, 60);
    expect(rows.map(({ line, main }) => [line, main.tokens.truncated])).toEqual([[2, false], [4, true]]);
    expect(problems).toEqual([
      { line: 1, index: 0, reason: 'no-response', message: 'This row cannot be scored: no response token that trains.' },
      { line: 3, index: 2, reason: 'broken-json', message: 'broken' },
    ]);
    expect(dataset.problems).toHaveLength(1);
  });

  test('a row that the template refuses could not be scored; a bug is no row\'s problem', async () => {
    const throwing = (error: Error) => ({ tokenize: () => { throw error; } }) as unknown as RecordTokenizer;
    const rows = datasetOf([at(4, said('a'))]);
    const refused = await prepareRows(rows, throwing(new TextError('template-refused', 'roles must alternate')), 100);
    expect(refused).toEqual({ rows: [], problems: [{ line: 5, index: 4, reason: 'could-not-score', message: 'This row cannot be scored: roles must alternate' }] });
    await expect(prepareRows(rows, throwing(new Error('a bug')), 100)).rejects.toThrow('a bug');
  });

  test('stops when it is cancelled', async () => {
    await refusal(prepareRows(datasetOf([at(0, said('a'))]), tokenizer, 100, AbortSignal.abort()), CancelledError);
  });
});
