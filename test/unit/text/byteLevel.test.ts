import { describe, expect, test } from 'vitest';
import { byteLength, tokenSpans } from '../../../src/core/text/byteLevel';

describe('byte-level tokens', () => {
  test('every character of the alphabet is a byte, any other is none', () => {
    expect([byteLength('Ġthe'), byteLength('Ċ'), byteLength(''), byteLength('▁the'), byteLength('a b')]).toEqual([4, 1, 0, null, null]);
  });

  test.each<[string, string[], [number, number][] | null]>([
    ['a b', ['a', 'Ġb'], [[0, 1], [1, 3]]],
    ['é!', ['Ã', '©', '!'], [[0, 1], [0, 1], [1, 2]]],
    ['🎉x', ['ðŁ', 'İ', 'ī', 'x'], [[0, 2], [0, 2], [0, 2], [2, 3]]],
    ['', [], []],
    ['ab', ['a'], null],
    ['a', ['a', 'b'], null],
    ['a', ['▁a'], null],
  ])('%j of %j covers %j', (text, tokens, expected) => {
    expect(tokenSpans(text, tokens)?.map(({ start, end }) => [start, end]) ?? null).toEqual(expected);
  });

  test('half of a surrogate pair counts as the three bytes that it is encoded to', () => {
    expect(tokenSpans('\ud83dx', ['ï¿½', 'x'])).toEqual([{ start: 0, end: 1 }, { start: 1, end: 2 }]);
  });
});
