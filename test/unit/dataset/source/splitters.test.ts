import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ElementSplitter } from '../../../../src/core/dataset/source/elementSplitter';
import { LineSplitter } from '../../../../src/core/dataset/source/lineSplitter';
import { isStray, type RawItem, type RawRow, type Splitter } from '../../../../src/core/dataset/source/rawRow';
import { RootScanner } from '../../../../src/core/dataset/source/rootScanner';

/** Cuts bytes at every place in `cuts`. */
function pieces(bytes: Buffer, cuts: number[]): Buffer[] {
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index] ?? bytes.length));
}

function run(splitter: Splitter, chunks: Buffer[]): RawItem[] {
  return [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()];
}

function rowsOf(items: RawItem[]): RawRow[] {
  return items.filter((item): item is RawRow => !isStray(item));
}

/** Text of everything that matters to a splitter, valid or not. */
const soup = fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', '\\', ',', ':', '\n', '\r\n', ' ', 'a', '1', 'é', '🙂', '"x"', '{"a":[1]}'), maxLength: 60 });
const cuts = fc.array(fc.nat(400), { maxLength: 8 });

describe('splitters', () => {
  it.each([
    ['lines', () => new LineSplitter(0)],
    ['a list', () => new ElementSplitter(0, { at: 1, root: true })],
    ['a list in an object', () => new ElementSplitter(0, { at: 1, root: false })],
  ])('give the same rows of %s wherever chunks end', (_name, make) => {
    fc.assert(
      fc.property(soup, cuts, (text, at) => {
        const bytes = Buffer.from(`{[${text}`);
        expect(run(make(), pieces(bytes, at))).toEqual(run(make(), [bytes]));
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['lines', () => new LineSplitter(0)],
    ['a list', () => new ElementSplitter(0, { at: 1, root: true })],
  ])('say where every row of %s stands', (_name, make) => {
    fc.assert(
      fc.property(soup, (soupText) => {
        const text = `é[${soupText}`;
        const splitter = make();
        const list = splitter instanceof ElementSplitter;
        const place = list ? new ElementSplitter(0, { at: 2, root: true }) : splitter;
        for (const row of rowsOf(run(place, [Buffer.from(text)])).filter(({ fault }) => fault === null)) {
          expect(text.slice(row.start, row.start + row.text.length)).toBe(row.text);
          const before = text.slice(0, row.start).split('\n');
          expect(row.line).toBe(before.length);
          expect(row.column).toBe((before.at(-1)?.length ?? 0) + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('cuts valid lists at their elements', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), fc.constantFrom(undefined, 1, '\t'), cuts, (values, indent, at) => {
        const bytes = Buffer.from(JSON.stringify(values, null, indent));
        const items = run(new ElementSplitter(0, { at: 0, root: true }), pieces(bytes, at));
        expect(items.filter(isStray)).toEqual([]);
        expect(rowsOf(items).map((row) => JSON.parse(row.text) as unknown)).toEqual(JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  it('never holds a row that is too long, and still knows what follows', () => {
    const long = `{"a": "${'é🙂'.repeat(30)}"}`;
    const text = `{"b": 1}\n${long}\n{"c": 2}`;
    const chunks = pieces(Buffer.from(text), [20, 33, 51, 70, 90]);
    const rows = rowsOf(run(new LineSplitter(0, 40), chunks));
    expect(rows.map((row) => row.fault?.reason ?? row.text)).toEqual(['{"b": 1}', 'too-long', '{"c": 2}']);
    expect(rows[2]?.start).toBe(text.indexOf('{"c"'));

    const list = `[${text.replaceAll('\n', ',')}]`;
    const elements = rowsOf(run(new ElementSplitter(0, { at: 0, root: true }, 40), pieces(Buffer.from(list), [20, 33, 51, 70, 90])));
    expect(elements.map((row) => row.fault?.reason ?? row.text)).toEqual(['{"b": 1}', 'too-long', '{"c": 2}']);
    expect(elements[2]?.start).toBe(list.indexOf('{"c"'));
  });

  it('ends a plain value at the end of its line, and counts the line once', () => {
    const items = rowsOf(run(new ElementSplitter(0, { at: 0, root: true }), [Buffer.from('[1\n,"a"\n,\n{}]')]));
    expect(items.map(({ line, text }) => [line, text])).toEqual([
      [1, '1'],
      [2, '"a"'],
      [4, '{}'],
    ]);
  });

  it('knows the column of a row after a row of several lines, and after what stands before the list', () => {
    const rows = rowsOf(run(new ElementSplitter(0, { at: 7, root: false }), [Buffer.from('{\n"é":[{\n}, {"a": 1}]}')]));
    expect(rows.map(({ line, column, start }) => [line, column, start])).toEqual([
      [2, 6, 7],
      [3, 4, 12],
    ]);
    const first = rowsOf(run(new ElementSplitter(0, { at: 7, root: false }), [Buffer.from('{\n"é":[{}]}')]))[0];
    expect([first?.line, first?.column, first?.start]).toEqual([2, 6, 7]);
  });

  it('knows where a string ends, whatever is escaped in it', () => {
    const values = ['a\nb', '\\', 'c\\"', { d: '\t\\\\', e: '\u0000]' }, 'f'];
    const rows = rowsOf(run(new ElementSplitter(0, { at: 0, root: true }), [Buffer.from(JSON.stringify(values))]));
    expect(rows.map((row) => JSON.parse(row.text) as unknown)).toEqual(values);
  });

  it('counts a character that is cut off at the end of a row that is too long', () => {
    const bytes = Buffer.concat([Buffer.from('{"a": "bcdefghijkl'), Buffer.from([0xe2, 0x82]), Buffer.from('\n{"c": 2}')]);
    const rows = rowsOf(run(new LineSplitter(0, 12), [bytes]));
    expect(rows[1]?.start).toBe(bytes.toString('utf8').indexOf('{"c"'));
  });

  it('keeps one broken element from swallowing the rest', () => {
    const rows = rowsOf(run(new ElementSplitter(0, { at: 0, root: true }), [Buffer.from('[{"a": "open\n},{"b": 1},{"c": {} ,{"d": 2}]')]));
    expect(rows[1]?.text).toBe('{"b": 1}');
  });

  it.each([
    ['a comma before the end', '[{},]', /comma stands before/],
    ['two commas', '[{},,{}]', /row is missing/],
    ['a comma first', '[,{}]', /row is missing/],
    ['something after the list', '[{}] {}', /follows the end/],
    ['no end', '[{}', /not closed/],
  ])('tells of %s', (_name, text, message) => {
    const stray = run(new ElementSplitter(0, { at: 0, root: true }), [Buffer.from(text)]).filter(isStray);
    expect(stray).toHaveLength(1);
    expect(stray[0]).toMatchObject({ line: 1, reason: 'broken-json' });
    expect(stray[0]?.message).toMatch(message);
  });

  it('tells of a missing comma at the row that follows', () => {
    const rows = rowsOf(run(new ElementSplitter(0, { at: 0, root: true }), [Buffer.from('[{}\n{}]')]));
    expect(rows.map((row) => row.fault?.message)).toEqual([undefined, 'A comma is missing before this row. Add it.']);
  });
});

describe('RootScanner', () => {
  function scan(text: string, at: number[] = []): RootScanner {
    const scanner = new RootScanner();
    for (const chunk of pieces(Buffer.from(text), at)) if (scanner.push(chunk)) break;
    return scanner;
  }

  it('finds the lists of an object, wherever chunks end', () => {
    const text = '{"a\\"é": {"no": [{}]}, "b": [{"c": []}], "d": "[\\\\", "e": [ ], "f" : [ 1 ]}';
    fc.assert(
      fc.property(cuts, (at) => {
        const { lists, members, closed, followedBy } = scan(text, at);
        expect({ members, closed, followedBy }).toEqual({ members: ['a\\"é', 'b', 'd', 'e', 'f'], closed: true, followedBy: null });
        const bytes = Buffer.from(text);
        expect(lists.map((list) => [list.key, bytes[list.at], list.firstElement])).toEqual([
          ['b', 0x5b, 0x7b],
          ['e', 0x5b, null],
          ['f', 0x5b, 0x31],
        ]);
        expect(bytes.subarray(lists[0]?.at).toString()).toMatch(/^\[\{"c"/);
      }),
    );
  });

  it('sees where the first value ends and what follows', () => {
    expect(scan('{"a": "}"}\n{"b": 1}')).toMatchObject({ closed: true, followedBy: 0x7b, multiline: false });
    expect(scan('{"a": 1\n}\n')).toMatchObject({ closed: true, followedBy: null, multiline: true });
    expect(scan('{"a": 1')).toMatchObject({ closed: false });
    expect(scan(' \n ')).toMatchObject({ opener: null });
  });
});
