import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shiftRange, shiftThrough, standsAlone, type TextChange } from '../../../src/extension/audits/edits';

const range = { start: 10, end: 20 };
const insert = (rangeOffset: number, text: string): TextChange => ({ rangeOffset, rangeLength: 0, text });
const remove = (rangeOffset: number, rangeLength: number): TextChange => ({ rangeOffset, rangeLength, text: '' });

describe('shiftRange', () => {
  it.each([
    ['before', insert(3, 'abc'), { start: 13, end: 23 }, 'none'],
    ['after', insert(21, 'abc'), range, 'none'],
    ['at its start', insert(10, 'ab'), { start: 12, end: 22 }, 'edge'],
    ['at its end', insert(20, 'ab'), range, 'edge'],
    ['inside', insert(15, 'ab'), { start: 10, end: 22 }, 'inside'],
    ['removed inside', remove(12, 3), { start: 10, end: 17 }, 'inside'],
    ['removed across its start', remove(5, 10), { start: 5, end: 10 }, 'inside'],
    ['removed across its end', remove(15, 10), { start: 10, end: 15 }, 'inside'],
    ['removed whole', remove(8, 15), { start: 8, end: 8 }, 'gone'],
    ['removed up to its start', remove(5, 5), { start: 5, end: 15 }, 'edge'],
  ] as const)('a change %s', (_, change, shifted, touch) => {
    expect(shiftRange(range, change)).toEqual({ range: shifted, touch });
  });

  it('keeps the text of every row that it says is untouched', () => {
    const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(12), text: fc.string({ maxLength: 6 }) });
    fc.assert(
      fc.property(fc.string({ minLength: 20, maxLength: 60 }), fc.array(change, { maxLength: 5 }), (text, edits) => {
        const target = { start: 6, end: 14 };
        let now = text;
        const changes = edits.map(({ at, length, text: inserted }) => {
          const rangeOffset = Math.floor(at * now.length);
          const rangeLength = Math.min(length, now.length - rangeOffset);
          now = now.slice(0, rangeOffset) + inserted + now.slice(rangeOffset + rangeLength);
          return { rangeOffset, rangeLength, text: inserted };
        });
        const { range: shifted, touch } = shiftThrough(target, changes);
        expect(shifted.start).toBeGreaterThanOrEqual(0);
        expect(shifted.end).toBeLessThanOrEqual(now.length);
        expect(shifted.start).toBeLessThanOrEqual(shifted.end);
        if (touch === 'none' || touch === 'edge') expect(now.slice(shifted.start, shifted.end)).toBe(text.slice(target.start, target.end));
      }),
    );
  });
});

describe('standsAlone', () => {
  const alone = (text: string, start: number, end: number): boolean => standsAlone({ start, end }, (i) => text[i] ?? '');

  it('takes white space, list punctuation and the ends of the document as borders', () => {
    expect(alone('{}', 0, 2)).toBe(true);
    expect(alone('[{},{}]', 1, 3)).toBe(true);
    expect(alone('{}\r\n{}', 0, 2)).toBe(true);
  });

  it('says no where two rows met', () => {
    expect(alone('{}{}', 0, 2)).toBe(false);
    expect(alone('x{}', 1, 3)).toBe(false);
  });
});
