import fc from 'fast-check';
import { expect, test } from 'vitest';
import { safeJson } from '../../../src/cli/terminal/neutralise';

const anyText = fc.string({ unit: fc.oneof(fc.constantFrom('\u001b', '\u009b', '\u007f', '\u202e', '\u2028', '\ufeff', 'ü', '"', '\\'), fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })) });

test('JSON for a terminal holds the same values', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(JSON.parse(safeJson({ [text]: text }))).toEqual({ [text]: text });
    }),
  );
});

test('JSON for a terminal holds nothing that drives it', () => {
  fc.assert(fc.property(anyText, (text) => !/[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/.test(safeJson(text))));
});
