import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromHalf, toHalf } from '../../../src/base/float16';

const finite = (bits: number) => (bits & 0x7c00) !== 0x7c00;

describe('halves', () => {
  test('all 65,536 bit patterns survive the round trip; every NaN becomes one of its sign', () => {
    const changed: number[] = [];
    for (let bits = 0; bits < 0x10000; bits++) {
      const value = fromHalf(bits);
      if (Number.isNaN(value) ? !Number.isNaN(fromHalf(toHalf(value))) : toHalf(value) !== bits) changed.push(bits);
    }
    expect(changed).toEqual([]);
  });

  test.each([
    [0, 0x0000],
    [-0, 0x8000],
    [1, 0x3c00],
    [-2, 0xc000],
    [65504, 0x7bff],
    [65519.996, 0x7bff],
    [65520, 0x7c00],
    [-1e30, 0xfc00],
    [Infinity, 0x7c00],
    [2 ** -14, 0x0400],
    [2 ** -24, 0x0001],
    [2 ** -25, 0x0000],
    [2 ** -25 * 1.0000001, 0x0001],
    [3 * 2 ** -25, 0x0002],
    [1e-30, 0x0000],
    [1 / 3, 0x3555],
    // Ties go to the even neighbour.
    [1 + 2 ** -11, 0x3c00],
    [1 + 3 * 2 ** -11, 0x3c02],
    [2049, 0x6800],
    [2051, 0x6802],
    // The mantissa overflows into the exponent.
    [2047.5, 0x6800],
    [2 ** -14 - 2 ** -25, 0x0400],
  ])('%d is %i', (value, bits) => expect(toHalf(value)).toBe(bits));

  test('no other half is nearer', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, min: Math.fround(-65504), max: Math.fround(65504) }), (value) => {
        const bits = toHalf(value);
        const error = Math.abs(fromHalf(bits) - value);
        for (const other of [bits - 1, bits + 1]) if (other >= 0 && finite(other)) expect(Math.abs(fromHalf(other) - value)).toBeGreaterThanOrEqual(error);
      }),
      { numRuns: 2000 },
    );
  });
});
