import { fromHalf, toHalf } from '../../base/float16';
import type { PackedVector } from '../types';

const BYTES = { f32: 4, f16: 2 } as const;
const LARGEST_HALF = 65504;

/** Values as base64 of little-endian fp32 or fp16 (round to nearest even). Throws where a value has no such number. */
export function pack(values: ArrayLike<number>, shape: readonly number[], dtype: PackedVector['dtype']): PackedVector {
  if (values.length !== sizeOf(shape)) throw new RangeError(`pack: ${values.length} values do not fill [${shape.join(', ')}]`);
  const view = new DataView(new ArrayBuffer(values.length * BYTES[dtype]));
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value) || (dtype === 'f16' && Math.abs(value) > LARGEST_HALF)) throw new RangeError(`pack: value ${i} (${value}) does not fit ${dtype}`);
    if (dtype === 'f32') view.setFloat32(4 * i, value, true);
    else view.setUint16(2 * i, toHalf(value), true);
  }
  return { dtype, shape: [...shape], base64: Buffer.from(view.buffer).toString('base64') };
}

/** The values of a packed vector, row-major. Throws a RangeError where the bytes do not fill the shape; checked before allocation. */
export function unpack(packed: PackedVector): Float32Array {
  const size = sizeOf(packed.shape);
  const bytes = size * BYTES[packed.dtype];
  if (packed.base64.length !== 4 * Math.ceil(bytes / 3)) throw new RangeError(`its bytes do not fill the shape [${packed.shape.join(', ')}] of ${packed.dtype}`);
  const buffer = Buffer.from(packed.base64, 'base64');
  if (buffer.byteLength !== bytes) throw new RangeError(`it is not base64 of ${bytes} bytes`);
  const view = new DataView(buffer.buffer, buffer.byteOffset, bytes);
  const values = new Float32Array(size);
  for (let i = 0; i < size; i++) values[i] = packed.dtype === 'f32' ? view.getFloat32(4 * i, true) : fromHalf(view.getUint16(2 * i, true));
  return values;
}

function sizeOf(shape: readonly number[]): number {
  const size = shape.reduce((product, n) => product * n, 1);
  if (!Number.isSafeInteger(size) || shape.some((n) => !Number.isInteger(n) || n < 0)) throw new RangeError(`[${shape.join(', ')}] is no shape`);
  return size;
}
