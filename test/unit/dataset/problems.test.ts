import { describe, expect, it } from 'vitest';
import { readDataset } from '../../../src/core/dataset';
import { jsonl, OPTIONS, readText, withFile } from './support';

const good = '{"prompt": "a", "completion": "b"}';

describe('rows that are no JSON', () => {
  it.each([
    ['{"prompt": "a" "completion": "b"}', 16, /a comma, or the end/],
    ['{"prompt": "a", "completion": }', 31, /value belongs here/],
    ['{"prompt": "a", "completion": "b",}', 35, /comma too many/],
    ['{"prompt": "a", "completion": "b"', 34, /not closed with }/],
    ['{"prompt": "a", "completion": ["b"}', 35, /the end of the list/],
    ['{"prompt": "a", completion: "b"}', 17, /./],
    ['{"prompt": "a\\q", "completion": "b"}', 12, /no such escape/],
    ['{"prompt": "a\\u12", "completion": "b"}', 12, /four hexadecimal/],
    ['{"prompt": "a", "completion": "b"} x', 36, /./],
    ['{"prompt": "a", /* no */ "completion": "b"}', 17, /no comments/],
    ['{"prompt": "a\u0001", "completion": "b"}', 12, /control character/],
    ["{'prompt': 'a'}", 2, /./],
    ['{"prompt": NaN, "completion": "b"}', 12, /./],
  ])('says what is wrong with %s', async (line, column, what) => {
    const { problems, records, rows } = await readText(`${good}\n  ${line}\n${good}`);
    expect([records.length, rows]).toEqual([2, 3]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: 2, index: 1, reason: 'broken-json' });
    expect(problems[0]?.message).toMatch(what);
    expect(problems[0]?.message).toContain(`line 2, column ${column + 2}:`);
    expect(problems[0]?.message).toMatch(/Repair the row, or remove it\.$/);
  });

  it('names the line inside of an element', async () => {
    const { problems } = await readText(`[\n  ${good},\n  {\n    "prompt": "a",\n    "completion": oops\n  }\n]`);
    expect(problems).toMatchObject([{ line: 3, index: 1 }]);
    expect(problems[0]?.message).toContain('line 5, column 19:');
  });

  it('reports a missing comma between rows, and reads the rows around', async () => {
    const { problems, records } = await readText(`[${good}\n${good},\n${good}]`);
    expect(records.map((record) => record.index)).toEqual([0, 2]);
    expect(problems).toMatchObject([{ line: 2, index: 1, reason: 'broken-json' }]);
  });
});

describe('rows that are JSON, but no object', () => {
  it.each(['"text"', '17', 'null', 'true', '[{"prompt": "a", "completion": "b"}]'])('reports %s', async (line) => {
    for (const text of [`${good}\n${line}`, `[${good},\n${line}]`]) {
      const { problems, records } = await readText(text);
      expect(records).toHaveLength(1);
      expect(problems).toMatchObject([{ line: 2, index: 1, reason: 'not-an-object' }]);
    }
  });

  it.each(['"text"', 'oops', '[1]', '{"broken'])('reads on where the first row is %s', async (line) => {
    const { problems, records, format } = await readText(`${line}\n${good}\n${good}`);
    expect([records.length, format]).toEqual([2, 'jsonl']);
    expect(problems).toMatchObject([{ line: 1, index: 0 }]);
  });
});

describe('rows of bytes that are not UTF-8', () => {
  it('reports them, and keeps the places of the rows that follow', async () => {
    const bad = Buffer.concat([Buffer.from('{"prompt": "é'), Buffer.from([0xff]), Buffer.from('", "completion": "b"}')]);
    for (const [open, close] of [
      ['', ''],
      ['[', ']'],
    ] as const) {
      const join = open ? ',\n' : '\n';
      const bytes = Buffer.concat([Buffer.from(open + good + join), bad, Buffer.from(join + good + close)]);
      const shown = bytes.toString('utf8');
      const { problems, records } = await withFile('x', bytes, (path) => readDataset({ path }, OPTIONS));
      expect(problems).toMatchObject([{ line: 2, index: 1, reason: 'invalid-utf8' }]);
      expect(problems[0]?.message).toContain('Character 14 ');
      expect(shown.slice(records[1]?.range.start, records[1]?.range.end)).toBe(good);
    }
  });
});

describe('rows that are of no shape', () => {
  it('names their fields', async () => {
    const { problems } = await readText(jsonl({ prompt: 'a', completion: 'b' }, { alpha: 1, beta: 2 }, {}));
    expect(problems.map((problem) => problem.reason)).toEqual(['unknown-shape', 'unknown-shape']);
    expect(problems[0]?.message).toContain('(alpha, beta)');
    expect(problems[1]?.message).toContain('(none)');
  });

  it('says what is missing where they have a field of the file\'s shape', async () => {
    const { problems } = await readText(jsonl({ prompt: 'a', completion: 'b' }, { prompt: 'c' }));
    expect(problems).toMatchObject([{ reason: 'no-response', line: 2, index: 1 }]);
  });

  it('gives a dataset without records where every row is known but bad', async () => {
    const dataset = await readText(jsonl({ messages: [] }, { messages: [{ role: 'user', content: 'x' }] }));
    expect(dataset).toMatchObject({ shape: 'messages', rows: 2, records: [] });
    expect(dataset.problems.map((problem) => problem.reason)).toEqual(['empty', 'no-response']);
  });
});

it('keeps problems in the order of the file', async () => {
  const { problems } = await readText(`[1,\n${good},\n,\n2,\n${good},\n]`);
  expect(problems.map((problem) => problem.line)).toEqual([1, 3, 4, 6]);
});

it('never quotes a row\'s text', async () => {
  const secret = 'S3CR3T';
  const rows = [
    `{"messages": "${secret}"}`,
    `{"messages": [{"role": "${secret}", "content": "x"}]}`,
    `{"messages": [{"role": "user", "content": {"${secret}": 1}}]}`,
    `{"messages": [{"role": "user", "content": "${secret}"}]}`,
    `{"messages": ["${secret}"]}`,
    `{"messages": "${secret}`,
    `${secret}`,
    `"${secret}"`,
  ];
  const { problems } = await readText(`${rows.join('\n')}\n{"messages": [{"role": "assistant", "content": "ok"}]}\n`.repeat(3));
  expect(problems).toHaveLength(24);
  expect(JSON.stringify(problems)).not.toContain(secret);
});
