/** A tensor to write: the type by its name in the format. */
export interface Tensor {
  dtype: string;
  shape: number[];
  data: Uint8Array;
}

export const floats = (shape: number[], values: ArrayLike<number>): Tensor => ({ dtype: 'F32', shape, data: new Uint8Array(Float32Array.from(values).buffer) });

/** The bytes of a .safetensors file. */
export function safetensors(tensors: Record<string, Tensor>): Uint8Array {
  let offset = 0;
  const header = Object.entries(tensors).map(([name, { dtype, shape, data }]) => [name, { dtype, shape, data_offsets: [offset, (offset += data.length)] }]);
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const prefix = new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer);
  return Buffer.concat([prefix, text, ...Object.values(tensors).map(({ data }) => data)]);
}
