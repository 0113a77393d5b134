import { fromHalves, toHalf } from '../base/float16';

/** A vector as halves times one factor. Every machine that runs an editor is little-endian, and so are the bytes. */
export interface Halves {
  scale: number;
  bytes: Uint8Array;
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/**
 * The scale is a power of two, so that scaling rounds nothing and a second round trip changes nothing. The largest magnitude lands in
 * [2^14, 2^15): nearly all of a half's exponents lie below it, and a value keeps its 11 bits down to 2^-28 of the largest.
 */
function scaleExponent(values: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) {
    const magnitude = Math.abs(values[i]!);
    if (magnitude > largest && magnitude < Infinity) largest = magnitude;
  }
  if (largest === 0) return 0;
  float[0] = largest;
  return (bits[0]! >>> 23) - 127 - 14;
}

/** Within one unit in the last place of the half. NaN and infinities stay what they are. */
export function encodeHalves(values: Float32Array): Halves {
  const scaled = scaleExponent(values);
  const scale = 2 ** scaled;
  const halves = new Uint16Array(values.length);
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < halves.length; i++) {
    const word = words[i]!;
    const from = (word >>> 23) & 0xff;
    const exponent = from - 112 - scaled;
    let half: number;
    if (from > 0 && from < 0xff && exponent > 0) {
      // Normal as a float and as a half, as nearly all are: to nearest, ties to even.
      const magnitude = (exponent << 23) | (word & 0x7fffff);
      half = ((word >>> 16) & 0x8000) | ((magnitude + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
    } else {
      half = toHalf(values[i]! / scale);
    }
    // 2^15, reached by rounding only: one unit less keeps the range, so the scale of the decoded vector is the same and nothing overflows.
    halves[i] = (half & 0x7fff) === 0x7800 ? half - 1 : half;
  }
  return { scale, bytes: new Uint8Array(halves.buffer) };
}

export function decodeHalves({ scale, bytes }: Halves): Float32Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : bytes.slice();
  return fromHalves(new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.length / 2), scale);
}
