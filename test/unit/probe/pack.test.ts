import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, unpack } from '../../../src/core/probe';

describe('pack', () => {
  it('writes little-endian fp32 and fp16', () => {
    expect(Buffer.from(pack([1, -2], [2], 'f32').base64, 'base64').toString('hex')).toBe('0000803f000000c0');
    expect(Buffer.from(pack([1, -2], [2], 'f16').base64, 'base64').toString('hex')).toBe('003c00c0');
  });

  it('gives fp32 values back bit for bit', () => {
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true, noDefaultInfinity: true }), (values) => {
        expect(unpack(pack(values, [values.length], 'f32'))).toEqual(values);
      }),
    );
  });

  it('gives fp16 values back to half a unit in the last place', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -65000, max: 65000, noNaN: true })), (values) => {
        unpack(pack(values, [values.length], 'f16')).forEach((value, i) => {
          expect(Math.abs(value - values[i]!)).toBeLessThanOrEqual(Math.max(2 ** -11 * 1.0001 * Math.abs(values[i]!), 2 ** -25));
        });
      }),
    );
  });

  it('refuses values that the type has no number for, and shapes that they do not fill', () => {
    expect(() => pack([70000], [1], 'f16')).toThrow(/does not fit f16/);
    expect(() => pack([NaN], [1], 'f32')).toThrow(RangeError);
    expect(() => pack([1, 2], [3], 'f32')).toThrow(/do not fill/);
  });
});

describe('unpack', () => {
  const good = pack([1, 2, 3, 4, 5, 6], [2, 3], 'f16');

  it('refuses bytes that do not fill the shape, before allocating', () => {
    expect(() => unpack({ ...good, shape: [2, 4] })).toThrow(/do not fill the shape \[2, 4\]/);
    expect(() => unpack({ ...good, dtype: 'f32' })).toThrow(RangeError);
    expect(() => unpack({ ...good, shape: [2 ** 40] })).toThrow(RangeError);
    expect(() => unpack({ ...good, shape: [-1, -6] })).toThrow(/is no shape/);
    expect(() => unpack({ ...good, base64: '!'.repeat(good.base64.length) })).toThrow(/not base64/);
  });
});
