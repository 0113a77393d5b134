import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../src/audit/defaults';
import { findRow, parsePlace } from '../../../src/cli/place';

describe('parsePlace', () => {
  test('the last colon parts file and line', () => {
    expect(parsePlace('a/b:c.jsonl:12', null)).toEqual({ file: 'a/b:c.jsonl', line: 12, index: null });
    expect(parsePlace('C:\\data\\x.json:3', null)).toEqual({ file: 'C:\\data\\x.json', line: 3, index: null });
  });

  test('with an index the line may be missing', () => {
    expect(parsePlace('x.json', 4)).toEqual({ file: 'x.json', line: null, index: 4 });
  });

  test.each(['x.jsonl', 'x.jsonl:', 'x.jsonl:0', ':3', 'x.jsonl:1.5'])('%s names no row', (text) => {
    expect(() => parsePlace(text, null)).toThrow(/FILE:LINE/);
  });
});

describe('findRow', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'persona-lens-place-'));
    const chat = (text: string) => ({ messages: [{ role: 'user', content: 'q' }, { role: 'assistant', content: text }] });
    await writeFile(join(folder, 'chat.jsonl'), `${JSON.stringify(chat('a'))}\n\nnot json\n${JSON.stringify(chat('b'))}\n`);
    await writeFile(join(folder, 'line.json'), JSON.stringify([chat('a'), chat('b')]));
    await writeFile(join(folder, 'pair.jsonl'), `${JSON.stringify({ prompt: 'q', chosen: 'yes', rejected: 'no' })}\n`);
  });
  afterAll(() => rm(folder, { recursive: true }));
  const find = (name: string, line: number | null, index: number | null = null, side: 'chosen' | 'rejected' | null = null) => findRow({ file: join(folder, name), line, index }, side, defaultSettings);

  test('by line', async () => {
    expect((await find('chat.jsonl', 4)).turns.at(-1)!.text).toBe('b');
  });

  test('a line without a row, and a row with a problem, say what stands there', async () => {
    await expect(find('chat.jsonl', 9)).rejects.toThrow(/Line 9 .* begins no row: it has 3 rows, the last on line 4/);
    await expect(find('chat.jsonl', 3)).rejects.toThrow(/row on line 3 .* cannot be scored/);
  });

  test('a line of several rows asks for an index', async () => {
    await expect(find('line.json', 1)).rejects.toThrow(/holds 2 rows: choose one with --index 0 to 1/);
    expect((await find('line.json', 1, 1)).turns.at(-1)!.text).toBe('b');
    expect((await find('line.json', null, 0)).turns.at(-1)!.text).toBe('a');
  });

  test('the side of a pair; chosen unless told', async () => {
    expect((await find('pair.jsonl', 1)).side).toBe('chosen');
    expect((await find('pair.jsonl', 1, null, 'rejected')).side).toBe('rejected');
    await expect(find('chat.jsonl', 1, null, 'rejected')).rejects.toThrow(/no preference pair/);
  });
});
