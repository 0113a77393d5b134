import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { padEnd, padStart, textWidth, truncate, wrap } from '../../../src/cli/terminal/width';

const writing = fc.string({ unit: fc.constantFrom('a', ' ', '漢', 'é', 'e\u0301', '👩‍👩‍👧', '❤\ufe0f', '한', 'ｱ', '\u200d', 'नि') });

describe('textWidth', () => {
  test('wide characters take two columns, marks none', () => {
    expect([...['abc', '漢字', 'e\u0301', 'ｱ', 'Ａ', '한국', '']].map(textWidth)).toEqual([3, 4, 1, 1, 2, 4, 0]);
  });

  test('an emoji sequence counts as terminals without shaping show it, never less', () => {
    expect(textWidth('👩‍👩‍👧')).toBe(6);
    expect(textWidth('❤\ufe0f')).toBe(2);
  });
});

describe('truncate', () => {
  test('never wider than asked, and the same text where it fits', () => {
    fc.assert(
      fc.property(writing, fc.integer({ min: 0, max: 30 }), (text, width) => {
        const cut = truncate(text, width);
        return textWidth(cut) <= width && (textWidth(text) > width || cut === text);
      }),
    );
  });

  test('cuts between graphemes', () => {
    expect(truncate('漢字漢字', 6)).toBe('漢字…');
    expect(truncate('ae\u0301e\u0301x', 3)).toBe('ae\u0301…');
    expect(truncate('a👩‍👩‍👧b', 5)).toBe('a…');
  });
});

describe('wrap', () => {
  test('every line fits and no character but spaces is lost', () => {
    fc.assert(
      fc.property(writing, fc.integer({ min: 6, max: 30 }), (text, width) => {
        const lines = wrap(text, width);
        return lines.every((line) => textWidth(line) <= width) && lines.join('').replaceAll(' ', '') === text.replaceAll(' ', '');
      }),
    );
  });

  test('breaks a chain of joined emoji that is longer than a line', () => {
    expect(wrap(Array(5).fill('👩').join('\u200d'), 4).map(textWidth)).toEqual([4, 4, 2]);
  });

  test('breaks at spaces', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
  });

  test('breaks a word that is longer than a line', () => {
    expect(wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']);
  });
});

test('padding counts columns', () => {
  expect([padEnd('漢', 4), padStart('漢', 4), padEnd('long', 2)]).toEqual(['漢  ', '  漢', 'long']);
});
