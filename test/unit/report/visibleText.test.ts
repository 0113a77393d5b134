import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { visibleText } from '../../../src/core/report';

/** Code points that a terminal or browser obeys rather than shows. */
const obeyed = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]|\p{Cs}/u;

const nasty = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\u001b', '\u009b', '\u0007', '\r', '\n', '\b', '\u202e', '\u2066', '\ud800', '\udc00', '\u{e0041}', '\ufeff', '[31m', ']0;title', 'a', '漢', '👩‍👩‍👧'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  ),
});

describe('visibleText', () => {
  test('leaves nothing that a terminal obeys', () => {
    fc.assert(fc.property(nasty, (text) => !obeyed.test(visibleText(text))));
  });

  test('twice is once', () => {
    fc.assert(fc.property(nasty, (text) => visibleText(visibleText(text)) === visibleText(text)));
  });

  test('shows what was there instead of dropping it', () => {
    expect(visibleText('a\u001b[2Jb')).toBe('a␛[2Jb');
    expect(visibleText('x\u009b31my')).toBe('x\ufffd31my');
    expect(visibleText('user\u202eevil')).toBe('user\ufffdevil');
    expect(visibleText('bell\u0007 del\u007f')).toBe('bell␇ del␡');
  });

  test('line breaks and tabs are spaces', () => {
    expect(visibleText('one\r\n\ttwo\u2028three')).toBe('one two three');
  });

  test('ordinary writing of any script stays as it is', () => {
    for (const text of ['Köln, naïve', '漢字かな交じり文', 'नमस्ते', 'می‌خواهم', '👩‍👩‍👧 ❤️', '٪ ؀١']) expect(visibleText(text)).toBe(text);
  });

  test('stacks of combining marks are cut', () => {
    expect(visibleText(`z${'\u0301'.repeat(50)}!`)).toBe(`z${'\u0301'.repeat(4)}!`);
  });
});
