import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../../src/base/errors';
import { DatasetError, readDataset } from '../../../src/core/dataset';
import { expectPlaces, jsonl, OPTIONS, readText, refusalOf, withFile } from './support';

const row = { prompt: 'a', completion: 'b' };
const other = { messages: [{ role: 'user', content: 'a' }, { role: 'assistant', content: 'b' }] };

describe('layouts, told apart by content', () => {
  it.each([
    ['lines', jsonl(row, row), 'jsonl', 2],
    ['lines with CRLF, blank lines and no last line break', `\r\n${JSON.stringify(row)}\r\n\r\n \t\r\n${JSON.stringify(row)}`, 'jsonl', 2],
    ['one line', JSON.stringify(row), 'jsonl', 1],
    ['one row over several lines', JSON.stringify(row, null, 2), 'json', 1],
    ['one chat row, whose messages are a list too', JSON.stringify(other, null, 2), 'json', 1],
    ['a list', JSON.stringify([row, row, row]), 'json', 3],
    ['a list over several lines', JSON.stringify([row, row, row], null, 2), 'json', 3],
    ['a list with a line a row', `[\n${JSON.stringify(row)},\n${JSON.stringify(row)}\n]\n`, 'json', 2],
    ['a wrapper', JSON.stringify({ version: 1, tags: ['x'], data: [row, row] }), 'json', 2],
    ['a wrapper over several lines', JSON.stringify({ data: [row, row], version: 1 }, null, 2), 'json', 2],
    ['a wrapper with a line a row', `{"data": [\n${JSON.stringify(row)},\n${JSON.stringify(row)}\n]}`, 'json', 2],
  ])('reads %s', async (_name, text, format, rows) => {
    for (const name of ['x.json', 'x.jsonl', 'x']) {
      const dataset = await withFile(name, text, (path) => readDataset({ path }, OPTIONS));
      expect(dataset).toMatchObject({ format, rows, problems: [] });
      expect(dataset.records).toHaveLength(rows);
      expectPlaces(dataset, text);
    }
    expect(await readText(text)).toMatchObject({ format, rows, problems: [] });
  });

  it('counts rows and lines apart', async () => {
    const { records, problems, rows } = await readText(`\n${JSON.stringify(row)}\n\nnot json\n${JSON.stringify(row)}\n`);
    expect(rows).toBe(3);
    expect(records.map(({ index, line }) => [index, line])).toEqual([
      [0, 2],
      [2, 5],
    ]);
    expect(problems).toMatchObject([{ index: 1, line: 4, reason: 'broken-json' }]);
  });

  it('names the first line of an element', async () => {
    const { records } = await readText(JSON.stringify([row, row], null, 2));
    expect(records.map(({ line }) => line)).toEqual([2, 6]);
  });

  it('reads an open document instead of the file, and needs no file for it', async () => {
    const dataset = await readDataset({ path: '/nowhere/at-all.jsonl', text: jsonl(row) }, OPTIONS);
    expect(dataset.records).toHaveLength(1);
  });
});

describe('files of mixed shapes', () => {
  it('reads each row by its own shape; the most common names the file', async () => {
    const { shape, records, problems } = await readText(jsonl(row, other, other, { text: 'x' }));
    expect(problems).toEqual([]);
    expect(shape).toBe('messages');
    expect(records.map((record) => record.shape)).toEqual(['prompt-completion', 'messages', 'messages', 'text']);
  });

  it('takes the file\'s shape where a row fits several', async () => {
    const both = { ...row, text: 'long' };
    const texts = Array.from({ length: 3 }, () => ({ text: 'x' }));
    expect((await readText(jsonl(...texts, both))).records.map((record) => record.shape)).toEqual(['text', 'text', 'text', 'text']);
    expect((await readText(jsonl(both))).records[0]?.shape).toBe('prompt-completion');
  });

  it('finds the shape also where the first rows are bad', async () => {
    const bad = Array.from({ length: 120 }, () => '{"a": }').join('\n');
    const { records, problems } = await readText(`${bad}\n${jsonl(row)}`);
    expect(records).toHaveLength(1);
    expect(problems).toHaveLength(120);
  });
});

describe('files that are refused', () => {
  it.each([
    ['nothing', '', 'empty'],
    ['a byte order mark alone', '\ufeff', 'empty'],
    ['white space', ' \r\n\n\t', 'empty'],
    ['an empty list', '[]', 'empty'],
    ['a wrapper with an empty list', '{"data": []}', 'empty'],
    ['prose', 'Once upon a time.\nThere was.', 'not-json'],
    ['a list of strings', '["a", "b"]', 'unknown-shape'],
    ['lines of numbers', '1\n2\n', 'not-json'],
    ['rows of unknown fields', jsonl({ id: 1, turns: ['a'] }, { id: 2, turns: ['b'] }), 'unknown-shape'],
    ['one row of unknown fields', jsonl({ id: 1 }), 'unknown-shape'],
    ['prompts without answers', jsonl({ instruction: 'x', kind: 'y' }), 'unknown-shape'],
    ['a configuration', JSON.stringify({ a: { file: 'x' }, b: { file: 'y' } }, null, 2), 'no-rows'],
    ['a wrapper with two lists', JSON.stringify({ train: [row], test: [row] }), 'no-rows'],
    ['an object that is broken', '{\n "a": 1,\n "b": oops\n}', 'not-json'],
    ['objects that are broken, line by line', '{"a": }\n{"b": }\n', 'not-json'],
    ['CSV', 'prompt,answer\n"a, b","c"\n', 'unsupported-format'],
    ['UTF-16', Buffer.from('\ufeff{"text": "x"}', 'utf16le'), 'not-utf8'],
    ['UTF-16 without a mark', Buffer.from('{"text": "x"}', 'utf16le'), 'not-utf8'],
    ['rows that are all Latin-1', Buffer.from('{"text": "caf\xe9"}\n{"text": "\xe9t\xe9"}', 'latin1'), 'not-utf8'],
    ['gzip', gzipSync('{"text": "x"}'), 'unsupported-format'],
    ['Parquet', Buffer.from('PAR1\u0015\u0004'), 'unsupported-format'],
    ['bytes', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 255, 254]), 'binary'],
  ])('refuses %s', async (_name, content, reason) => {
    const error = await withFile('rows.jsonl', content, (path) => refusalOf(readDataset({ path }, OPTIONS)));
    expect(error.reason).toBe(reason);
    expect(error.message).toContain('rows.jsonl');
    expect(error.name).toBe('DatasetError');
  });

  it('refuses what is not there, and what is a folder', async () => {
    await withFile('x.jsonl', '{}', async (path) => {
      expect((await refusalOf(readDataset({ path: `${path}.not` }, OPTIONS))).reason).toBe('not-found');
      expect((await refusalOf(readDataset({ path: `${path}/under` }, OPTIONS))).reason).toBe('not-found');
      expect((await refusalOf(readDataset({ path: path.replace(/.x\.jsonl$/, '') }, OPTIONS))).reason).toBe('not-a-file');
    });
  });

  it('says what to do', async () => {
    const csv = await refusalOf(readText('a,b\n1,2\n'));
    expect(csv.message).toMatch(/CSV, which is not read yet\. Save the rows as JSONL/);
    const unknown = await refusalOf(readText(jsonl({ id: 1, turns: [] })));
    expect(unknown.message).toMatch(/fields id, turns.*--map/);
    const broken = await refusalOf(readText('{\n "a": 1,\n "b": oops\n}'));
    expect(broken.message).toMatch(/line 3, column 7/);
  });

  it('keeps the rows of a list whose end is cut off or broken, and tells', async () => {
    const cut = await readText(JSON.stringify([row, row]).slice(0, -10));
    expect(cut.records).toHaveLength(1);
    expect(cut.problems.map((problem) => [problem.reason, problem.index])).toEqual([
      ['broken-json', 1],
      ['broken-json', undefined],
    ]);
    const wrapper = await readText(`{"data": [${JSON.stringify(row)}], oops: 1}`);
    expect(wrapper.records).toHaveLength(1);
    expect(wrapper.problems).toMatchObject([{ reason: 'broken-json', line: 1 }]);
    const inner = await readText(`{"data": [${JSON.stringify(row)}, {"prompt": }]}`);
    expect(inner.problems).toMatchObject([{ reason: 'broken-json', index: 1 }]);
    expect(inner.problems).toHaveLength(1);
  });
});

describe('cancellation', () => {
  it('ends reading before it begins', async () => {
    await expect(readText(jsonl(row), { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(CancelledError);
  });

  it('ends reading on the way', async () => {
    const text = Array.from({ length: 200_000 }, () => JSON.stringify(row)).join('\n');
    const controller = new AbortController();
    const reading = readText(text, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(reading).rejects.toBeInstanceOf(CancelledError);
  });
});

it('is an expected error', () => {
  expect(new DatasetError('empty', 'x')).toMatchObject({ reason: 'empty', message: 'x' });
});
