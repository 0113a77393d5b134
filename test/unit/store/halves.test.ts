import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeHalves, encodeHalves } from '../../../src/store/halves';

const vectors = fc.float32Array({ minLength: 1, maxLength: 40, noNaN: true, noDefaultInfinity: true });
/** As wide as one vector of a residual stream is, with a dimension of massive norm. */
const residuals = fc.tuple(fc.float32Array({ min: -4, max: 4, minLength: 3, maxLength: 40, noNaN: true }), fc.integer({ min: -140, max: 115 })).map(([values, exponent]) => {
  return Float32Array.from(values, (value, i) => (i === 1 ? 3001 : value) * 2 ** exponent);
});
const roundTrip = (values: Float32Array) => decodeHalves(encodeHalves(values));

/** The distance between neighbouring halves around a value, times the scale. */
const unitInLastPlace = (value: number, scale: number) => 2 ** Math.max(Math.floor(Math.log2(Math.abs(value) / scale)) - 10, -24) * scale;

describe('halves', () => {
  test('within one unit in the last place', () => {
    fc.assert(
      fc.property(fc.oneof(vectors, residuals), (values) => {
        const { scale } = encodeHalves(values);
        roundTrip(values).forEach((stored, i) => {
          if (values[i] === 0) expect(stored).toBe(values[i]);
          else expect(Math.abs(stored - values[i]!)).toBeLessThanOrEqual(unitInLastPlace(values[i]!, scale));
        });
      }),
      { numRuns: 2000 },
    );
  });

  test('to nearest: half a unit, but for the one value that would round to the power of two above', () => {
    fc.assert(
      fc.property(residuals, (values) => {
        const { scale } = encodeHalves(values);
        roundTrip(values).forEach((stored, i) => {
          if (values[i] !== 0) expect(Math.abs(stored - values[i]!)).toBeLessThanOrEqual(unitInLastPlace(values[i]!, scale) / 2);
        });
      }),
    );
  });

  test('a second round trip changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(vectors, residuals), (values) => {
        const once = roundTrip(values);
        expect(roundTrip(once)).toEqual(once);
        expect(encodeHalves(once)).toEqual(encodeHalves(values));
      }),
      { numRuns: 2000 },
    );
  });

  test('a dimension of massive norm does not make the others vanish', () => {
    const values = Float32Array.of(20_000, 1e-3, -3e-4);
    roundTrip(values).forEach((stored, i) => expect(Math.abs(stored / values[i]! - 1)).toBeLessThanOrEqual(2 ** -11));
  });

  test.each([
    ['the largest floats', Float32Array.of(3.4028234663852886e38, -1e38)],
    ['the smallest floats', Float32Array.of(2 ** -149, -(2 ** -140))],
    ['just under a power of two', Float32Array.of(0.99999994, 0.5)],
  ])('%s stay finite and close', (_, values) => {
    roundTrip(values).forEach((stored, i) => expect(Math.abs(stored / values[i]! - 1)).toBeLessThanOrEqual(2 ** -10));
  });

  test('what is not a number stays what it is and does not spoil the others', () => {
    expect(roundTrip(Float32Array.of(NaN, Infinity, -Infinity, 0, -0, 3))).toEqual(Float32Array.of(NaN, Infinity, -Infinity, 0, -0, 3));
  });

  test('decodes bytes that are not aligned', () => {
    const { scale, bytes } = encodeHalves(Float32Array.of(1, -2, 3));
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeHalves({ scale, bytes: shifted.subarray(1) })).toEqual(Float32Array.of(1, -2, 3));
  });
});
