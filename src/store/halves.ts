import { fromHalf, toHalf } from '../base/float16';

/** A vector as little-endian halves times one factor. */
export interface Halves {
  scale: number;
  bytes: Uint8Array;
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * A power of two, so that scaling rounds nothing and a second round trip changes nothing. The largest magnitude lands in [2^14, 2^15): all of a
 * half's exponents lie below it, and a value keeps its 11 bits down to 2^-29 of the largest. Not under 2^-125, so that the smallest half
 * (2^-24) times the scale is still an fp32 number.
 */
function scaleOf(values: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude > largest && magnitude < Infinity) largest = magnitude;
  }
  if (largest === 0) return 1;
  float[0] = largest;
  return 2 ** Math.max((bits[0]! >>> 23) - 127 - 14, -125);
}

/** Within one unit in the last place of the half. NaN and infinities stay what they are. */
export function encodeHalves(values: Float32Array): Halves {
  const scale = scaleOf(values);
  const bytes = new Uint8Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    let half = toHalf(values[i]! / scale);
    // 2^15, reached by rounding only: one unit less keeps the range, so the scale of the decoded vector is the same and nothing overflows.
    if ((half & 0x7fff) === 0x7800) half -= 1;
    bytes[2 * i] = half & 0xff;
    bytes[2 * i + 1] = half >>> 8;
  }
  return { scale, bytes };
}

let table: Float32Array | undefined;

export function decodeHalves({ scale, bytes }: Halves): Float32Array {
  table ??= Float32Array.from({ length: 1 << 16 }, (_, half) => fromHalf(half));
  const values = new Float32Array(bytes.length / 2);
  for (let i = 0, at = 0; i < values.length; i++, at += 2) values[i] = table[bytes[at]! | (bytes[at + 1]! << 8)]! * scale;
  return values;
}
