const scratch = new DataView(new ArrayBuffer(4));

/** fp32 to fp16 bits, round to nearest even. Overflow gives infinity. */
export function toHalf(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = (bits >>> 23) & 0xff;
  const mantissa = bits & 0x7fffff;
  if (exponent === 0xff) return sign | 0x7c00 | (mantissa ? 0x200 : 0);
  const e = exponent - 112;
  if (e >= 31) return sign | 0x7c00;
  if (e <= 0) {
    if (e < -10) return sign;
    const full = mantissa | 0x800000;
    const shift = 14 - e;
    return sign | roundShift(full, shift);
  }
  return sign | roundShift((e << 23) | mantissa, 13);
}

function roundShift(value: number, shift: number): number {
  const low = value & ((1 << shift) - 1);
  const half = 1 << (shift - 1);
  const high = value >>> shift;
  return low > half || (low === half && (high & 1) === 1) ? high + 1 : high;
}

/** fp16 bits to a number. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >>> 10) & 0x1f;
  const mantissa = bits & 0x3ff;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa ? NaN : sign * Infinity;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}

let table: Float32Array | undefined;

/** Many of them, each times `scale`: looked up instead of computed. */
export function fromHalves(halves: Uint16Array, scale = 1): Float32Array {
  table ??= Float32Array.from({ length: 1 << 16 }, (_, half) => fromHalf(half));
  const values = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) values[i] = table[halves[i]!]! * scale;
  return values;
}
