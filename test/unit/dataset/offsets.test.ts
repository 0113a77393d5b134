import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { documentToTurnOffset, readDataset, turnOffsetToDocument, turnRangeToDocument } from '../../../src/core/dataset';
import type { Dataset, DatasetRecord, Turn } from '../../../src/core/types';
import { anyAnswer, anyText, JsonWriter, spelling, withRawPairs } from './jsonWriter';
import { decodedPart, expectPlaces, must, OPTIONS, readText, withFile } from './support';

const BOM = '\ufeff';

/** Every offset of every part: it maps into the document, back to itself, and to the source of that unit. */
function expectOffsets(dataset: Dataset, document: string): void {
  const accessor = (start: number, end: number): string => document.slice(start, end);
  for (const turn of dataset.records.flatMap((record) => record.turns)) {
    for (const part of turn.parts) {
      for (let within = 0; within < part.length; within += 1) {
        const offset = part.start + within;
        const place = turnOffsetToDocument(turn, document, offset);
        const [one] = turnRangeToDocument(turn, accessor, { start: offset, end: offset + 1 });
        const source = document.slice(one?.start, one?.end);
        must(one?.start === place && turnOffsetToDocument(turn, accessor, offset) === place, 'offset and range disagree');
        must((part.encoding === 'verbatim' ? source : JSON.parse(`"${source}"`)) === turn.text[offset], 'not the source of this unit');
        for (let at = place; at < place + source.length; at += 1) must(documentToTurnOffset(turn, document, at) === offset, 'no way back');
      }
    }
    const last = turn.parts.at(-1);
    if (last) {
      expect(turnOffsetToDocument(turn, document, turn.text.length)).toBe(last.range.end);
      expect(turnOffsetToDocument(turn, document, turn.text.length + 9)).toBe(last.range.end);
    }
  }
}

const chatRow = fc.record({
  messages: fc.tuple(
    fc.record({ role: fc.constant('user'), content: anyText }),
    fc.record({ role: fc.constant('assistant'), content: anyAnswer, tool_calls: fc.array(fc.record({ name: anyText }), { maxLength: 2 }) }),
    fc.record({ role: fc.constant('user'), content: fc.array(fc.record({ type: fc.constant('text'), text: anyText }), { minLength: 1, maxLength: 3 }) }),
    fc.record({ role: fc.constant('assistant'), content: anyAnswer }),
  ),
});
const alpacaRow = fc.record({ extra: anyText, input: anyText, instruction: anyText, output: anyAnswer });
const hhRow = fc.tuple(anyAnswer, anyAnswer, anyAnswer).map(([a, b, c]) => ({
  chosen: `\n\nHuman: ${a}\n\nAssistant: ${b}`,
  rejected: `\n\nHuman: ${a}\n\nAssistant:${c} `,
}));
const rows = fc.array(fc.oneof(chatRow, alpacaRow, hhRow), { minLength: 1, maxLength: 4 });

/** A file: how its rows are laid out, and how each is spelled. */
const jsonlFile = fc
  .record({ rows, how: spelling(['', '', ' ', '\t']), eol: fc.constantFrom('\n', '\r\n', '\n\n', ' \r\n\t') })
  .map(({ rows, how, eol }) => {
    const writer = new JsonWriter(how);
    return { text: rows.map((row) => writer.write(row)).join(eol) + eol, rows: rows.length };
  });
const jsonFile = fc
  .record({ rows, how: spelling(['', ' ', '\n', '\r\n  ', '\t']), wrapped: fc.boolean() })
  .map(({ rows, how, wrapped }) => ({ text: new JsonWriter(how).write(wrapped ? { 'n\u00e9': '🙂 [{', data: rows, more: [] } : rows), rows: rows.length }));
const anyFile = fc
  .record({ file: fc.oneof(jsonlFile, jsonFile), pairs: fc.boolean() })
  .map(({ file, pairs }) => ({ ...file, text: pairs ? withRawPairs(file.text) : file.text }));

describe('offsets', () => {
  it('hold in any file, however it is written', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, async ({ text, rows }) => {
        const dataset = await readText(text);
        expect(dataset.problems).toEqual([]);
        expect(dataset.rows).toBe(rows);
        expectPlaces(dataset, text);
        expectOffsets(dataset, text);
      }),
      { numRuns: 300 },
    );
  });

  it('count without the byte order mark of a file, and with that of a text', async () => {
    await fc.assert(
      fc.asyncProperty(anyFile, async ({ text }) => {
        const fromText = await readText(text);
        const fromFile = await withFile('rows.json', BOM + text, (path) => readDataset({ path }, OPTIONS));
        expect(fromFile).toEqual(fromText);
        const marked = await readText(BOM + text);
        expectPlaces(marked, BOM + text);
        expect(marked.records.map((record) => record.range.start - 1)).toEqual(fromText.records.map((record) => record.range.start));
      }),
      { numRuns: 60 },
    );
  });

  it('give what the writer put in', async () => {
    await fc.assert(
      fc.asyncProperty(alpacaRow, spelling(['', ' ']), async (row, how) => {
        const { records } = await readText(new JsonWriter(how).write(row));
        expect(records[0]?.turns.at(-1)?.text).toBe(row.output);
        const asked = [row.instruction, row.input].filter((text) => text !== '').join('\n');
        expect(records[0]?.turns.length === 2 ? records[0].turns[0]?.text : '').toBe(asked);
      }),
    );
  });

  it('hold over chunk boundaries of a long file, in lines and in a list', async () => {
    const row = (index: number): unknown => ({ prompt: `é🙂${'ß'.repeat(index % 7)}`, completion: `row ${index} ${'🙂é\n"and so on, '.repeat(160)}` });
    const all = Array.from({ length: 700 }, (_, index) => row(index));
    for (const text of [all.map((item) => JSON.stringify(item)).join('\r\n'), JSON.stringify(all, null, 1), JSON.stringify({ about: 'ü', rows: all })]) {
      expect(Buffer.byteLength(text)).toBeGreaterThan(2 << 20);
      const fromText = await readText(text);
      expect(fromText.records.length).toBe(700);
      for (const record of fromText.records) {
        const turn = record.turns[1] as Turn;
        must(turn.text.startsWith(`row ${record.index} `), 'not the text of this row');
        must(decodedPart(turn.parts[0] as Turn['parts'][0], text) === turn.text, 'not at its place');
      }
      const fromFile = await withFile('x', text, (path) => readDataset({ path }, OPTIONS));
      expect(isDeepStrictEqual(fromFile, fromText)).toBe(true);
    }
  });
});

describe('offsets between and outside of parts', () => {
  const text = '{"input": "in\\u00e9", "instruction": "do", "output": "ok"}';

  async function userTurn(): Promise<Turn> {
    const [record] = (await readText(text)).records as [DatasetRecord];
    return record.turns[0] as Turn;
  }

  it('map the joining line break to the end of the part before it', async () => {
    const turn = await userTurn();
    expect(turn.text).toBe('do\niné');
    expect(turnOffsetToDocument(turn, text, 2)).toBe(text.indexOf('do') + 2);
    expect(turnOffsetToDocument(turn, text, 3)).toBe(text.indexOf('in\\u'));
  });

  it('cut a range at the parts', async () => {
    const turn = await userTurn();
    const input = text.indexOf('in\\u');
    expect(turnRangeToDocument(turn, text, { start: 1, end: 6 })).toEqual([
      { start: text.indexOf('do') + 1, end: text.indexOf('do') + 2 },
      { start: input, end: input + 8 },
    ]);
    expect(turnRangeToDocument(turn, text, { start: 2, end: 3 })).toEqual([]);
  });

  it('take a place inside an escape for what it encodes', async () => {
    const turn = await userTurn();
    const escape = text.indexOf('\\u00e9');
    for (let at = escape; at < escape + 6; at += 1) expect(documentToTurnOffset(turn, text, at)).toBe(5);
    expect(documentToTurnOffset(turn, text, escape + 6)).toBe(6);
  });

  it('take a place outside of the parts for the nearest before it', async () => {
    const turn = await userTurn();
    expect(documentToTurnOffset(turn, text, 0)).toBe(3);
    expect(documentToTurnOffset(turn, text, text.indexOf('instruction'))).toBe(6);
    expect(documentToTurnOffset(turn, text, text.length)).toBe(2);
  });

  it('give the turn\'s own place where it has no parts', () => {
    const turn: Turn = { role: 'tool', text: '', range: { start: 7, end: 9 }, parts: [], trains: false };
    expect(turnOffsetToDocument(turn, text, 0)).toBe(7);
    expect(documentToTurnOffset(turn, text, 8)).toBe(0);
    expect(turnRangeToDocument(turn, text, { start: 0, end: 1 })).toEqual([]);
  });
});
