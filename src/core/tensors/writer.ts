import { type DataTypeName, bytesPerElement } from '../onnx';
import { typeNames } from './safetensors';

/** A tensor to be written: what lies in the file is its type, its shape and its place. */
export interface TensorLayout {
  name: string;
  dtype: DataTypeName;
  shape: readonly number[];
}

/** The tensors begin at a multiple of this, so that a mapped file can be read in place. */
const alignment = 64;

/**
 * What stands before the tensors of a .safetensors file; their bytes follow in this order, with nothing between.
 * Format: 8 bytes little-endian header length, JSON header, data.
 */
export function safetensorsHeader(tensors: readonly TensorLayout[], metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  let offset = 0;
  const entries = tensors.map(({ name, dtype, shape }) => {
    const start = offset;
    offset += byteLength(dtype, shape);
    return [name, { dtype: typeNames[dtype], shape, data_offsets: [start, offset] }];
  });
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries([...(Object.keys(metadata).length ? [['__metadata__', metadata]] : []), ...entries])));
  const header = new Uint8Array(Math.ceil((8 + json.length) / alignment) * alignment).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(json, 8);
  return header;
}

/** Bytes of a tensor of that type and shape. */
export const byteLength = (dtype: DataTypeName, shape: readonly number[]): number => shape.reduce((product, dim) => product * dim, bytesPerElement[dtype]);
