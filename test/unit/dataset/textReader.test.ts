import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TextReader, readDataset, type ReadOptions } from '../../../src/core/dataset';
import type { Dataset } from '../../../src/core/types';

const options: ReadOptions = { mapping: null, trainOn: 'all' };
const chat = (text: string) => JSON.stringify({ messages: [{ role: 'user', content: `Why ${text}?` }, { role: 'assistant', content: `Because ${text}.` }] });
const completion = (text: string) => JSON.stringify({ prompt: `${text}?`, completion: `${text}!` });
const pair = (text: string) => JSON.stringify({ prompt: `${text}?`, chosen: `good ${text}`, rejected: `bad ${text}` });

const fresh = (text: string): Promise<Dataset | string> => readDataset({ path: 'x.jsonl', text }, options).catch((error: Error) => error.message);
const again = (reader: TextReader, text: string): Promise<Dataset | string> => reader.read({ path: 'x.jsonl', text }, options).catch((error: Error) => error.message);

const line = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }).map(chat) },
  fc.string({ maxLength: 5 }).map(completion),
  fc.string({ maxLength: 5 }).map(pair),
  fc.constantFrom('', ' ', '{"messages": [', '[1]', '{"messages": []}', '[{"a": 1}]', 'plain'),
);

describe('a text that is read again after an edit', () => {
  test('gives what reading it from end to end gives, whatever the edit', async () => {
    const edits = fc.array(fc.record({ at: fc.nat(), remove: fc.nat(40), insert: fc.oneof(fc.string({ maxLength: 12 }), line, fc.constantFrom('\n', '\n\n', '"', '\\u0041', '\ufeff', '\0', '\ud83d')) }), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 120 }), fc.constantFrom('\n', '\r\n'), fc.constantFrom('', '\ufeff'), edits, async (lines, lineEnd, bom, changes) => {
        const reader = new TextReader();
        let text = bom + lines.join(lineEnd);
        await again(reader, text);
        for (const { at, remove, insert } of changes) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + insert + text.slice(place + remove);
          expect(await again(reader, text)).toEqual(await fresh(text));
        }
      }),
      { numRuns: 300, seed: 11 },
    );
  });

  test('takes rows that did not change from before, the very same where they did not move', async () => {
    const reader = new TextReader();
    const lines = Array.from({ length: 100 }, (_, i) => chat(String(i)));
    const before = await reader.read({ path: 'x.jsonl', text: lines.join('\n') }, options);
    const now = await reader.read({ path: 'x.jsonl', text: lines.with(70, chat('seventy')).join('\n') }, options);
    expect(now.records.findIndex((record, i) => record !== before.records[i])).toBe(70);
    expect(now.records[70]!.turns[0]!.text).toBe('Why seventy?');
    expect(now.records[71]!.turns[0]!.parts[0]!.range.start).toBe(before.records[71]!.turns[0]!.parts[0]!.range.start + 10);
  });

  test('is read anew under other options', async () => {
    const reader = new TextReader();
    const text = [chat('a'), JSON.stringify({ messages: [{ role: 'user', content: '1' }, { role: 'assistant', content: '2' }, { role: 'user', content: '3' }, { role: 'assistant', content: '4' }] })].join('\n');
    await reader.read({ path: 'x.jsonl', text }, options);
    const last: ReadOptions = { mapping: null, trainOn: 'last' };
    expect(await reader.read({ path: 'x.jsonl', text }, last)).toEqual(await readDataset({ path: 'x.jsonl', text }, last));
  });
});
