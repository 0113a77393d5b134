import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, sha256, sha256File } from '../../../src/base/hash';
import { folderWith } from '../../support/folder';

describe('hashes', () => {
  test('SHA-256 of text is that of its UTF-8 bytes, and of a file that of its content', async () => {
    expect(sha256('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(sha256('é')).toBe(sha256(Uint8Array.of(0xc3, 0xa9)));
    const bytes = new Uint8Array(3_000_000).map((_, i) => i % 251);
    expect(await sha256File(`${folderWith({ big: bytes })}/big`)).toBe(sha256(bytes));
  });
});

describe('canonicalJson', () => {
  test('sorts keys at every depth and keeps lists in order', () => {
    expect(canonicalJson({ b: [{ z: 1, a: 2 }, 3], a: { d: null, c: 'é' } })).toBe('{"a":{"c":"é","d":null},"b":[{"a":2,"z":1},3]}');
  });

  test('a key named __proto__ is kept', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"y":1,"x":2}}'))).toBe('{"__proto__":{"x":2,"y":1},"b":1}');
  });

  test('equal values give equal text, and the text is the value', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (value === null || typeof value !== 'object') return value;
      return Object.fromEntries(Object.entries(value).reverse().map(([key, inner]) => [key, shuffled(inner)]));
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(shuffled(value))).toBe(text);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
