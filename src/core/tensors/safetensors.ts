import type { Stats } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import { type DataTypeName, type FileBytes, bytesPerElement } from '../onnx';
import { fromHalves } from '../../base/float16';
import { TensorFileError } from './errors';

/** A tensor's place in a file. */
export interface StoredTensor {
  dtype: DataTypeName;
  shape: number[];
  bytes: FileBytes;
}

const dtypes: Record<string, DataTypeName> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  F8_E4M3: 'float8e4m3fn',
  F8_E5M2: 'float8e5m2',
  U8: 'uint8',
  U16: 'uint16',
  U32: 'uint32',
  U64: 'uint64',
  I8: 'int8',
  I16: 'int16',
  I32: 'int32',
  I64: 'int64',
  BOOL: 'bool',
};
/** The types' names in the format. */
export const typeNames = Object.fromEntries(Object.entries(dtypes).map(([name, dtype]) => [dtype, name])) as Record<DataTypeName, string>;

const maxHeaderBytes = 100_000_000;

/** What is often saved under the name of weights: read as a header length these would be far beyond any file. */
const textBeginnings = [
  ['version ', 'a Git LFS pointer'],
  ['<!DOCTYP', 'a web page'],
  ['<!doctyp', 'a web page'],
  ['<html', 'a web page'],
] as const;

/**
 * The tensors of a .safetensors file, by name; only the header is read.
 * Format: 8 bytes little-endian header length, JSON header, data.
 * @throws TensorFileError
 */
export async function readSafetensorsHeader(file: string): Promise<Map<string, StoredTensor>> {
  const bad = (what: string) =>
    new TensorFileError('damaged', `${file}: ${what}. The file is damaged or incomplete: wait where it is still being written, otherwise fetch it again.`);
  const { size } = await statFile(file);
  const handle = await open(file, 'r');
  try {
    if (size < 8) throw bad(`only ${size} bytes`);
    const prefix = Buffer.alloc(8);
    await handle.read(prefix, 0, 8, 0);
    const other = textBeginnings.find(([beginning]) => prefix.toString('latin1').startsWith(beginning));
    if (other) throw bad(`this is ${other[1]}, not the weights`);
    const length = Number(prefix.readBigUInt64LE());
    if (length > maxHeaderBytes || 8 + length > size) throw bad(`a header of ${length} bytes in a file of ${size}`);
    const text = Buffer.alloc(length);
    await handle.read(text, 0, length, 8);
    let header: unknown;
    try {
      header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(text));
    } catch {
      throw bad('the header is not JSON');
    }
    if (typeof header !== 'object' || header === null || Array.isArray(header)) throw bad('the header is not an object');
    // The runtime refuses links that leave the model's folder, and download caches are made of such links.
    return readEntries(header as Record<string, unknown>, await realpath(file), 8 + length, size, bad);
  } finally {
    await handle.close();
  }
}

async function statFile(file: string): Promise<Stats> {
  const missing = (what: string) => new TensorFileError('not-found', `${file} ${what}. Fetch the model's files again, or wait where they are still being written.`);
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    throw missing(error.code === 'ELOOP' ? 'is a link that leads back to itself' : error.code === 'EACCES' ? 'may not be read' : 'is missing');
  });
  if (!found.isFile()) throw missing('is not a file');
  return found;
}

function readEntries(
  header: Record<string, unknown>,
  file: string,
  dataStart: number,
  fileSize: number,
  bad: (what: string) => TensorFileError,
): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>();
  const dataLength = fileSize - dataStart;
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = (entry ?? {}) as Record<string, unknown>;
    const type = dtypes[String(dtype)];
    if (!type) throw bad(`tensor ${name} has the unknown type ${String(dtype)}`);
    if (!isSizes(shape) || !isSizes(offsets) || offsets.length !== 2) throw bad(`tensor ${name} has no valid shape and offsets`);
    const [begin, end] = offsets as [number, number];
    if (begin > end || end > dataLength) throw bad(`tensor ${name} lies at ${begin}..${end} of ${dataLength} bytes`);
    const needed = shape.reduce((product, dim) => product * dim, bytesPerElement[type]);
    if (needed !== end - begin) throw bad(`tensor ${name} needs ${needed} bytes and has ${end - begin}`);
    tensors.set(name, { dtype: type, shape, bytes: { file, offset: dataStart + begin, length: end - begin } });
  }
  checkCover(tensors, dataStart, fileSize, bad);
  return tensors;
}

/** Tensors lie one after the other and fill the file: nothing overlaps, nothing is left over. */
function checkCover(tensors: Map<string, StoredTensor>, dataStart: number, fileSize: number, bad: (what: string) => TensorFileError): void {
  const order = [...tensors].sort(([, a], [, b]) => a.bytes.offset - b.bytes.offset || a.bytes.length - b.bytes.length);
  let covered = dataStart;
  for (const [name, { bytes }] of order) {
    if (bytes.offset !== covered) throw bad(`tensor ${name} begins ${Math.abs(bytes.offset - covered)} bytes ${bytes.offset < covered ? 'before' : 'after'} the end of the one before`);
    covered += bytes.length;
  }
  if (covered !== fileSize) throw bad(`${fileSize - covered} bytes after the last tensor`);
}

const isSizes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);

/** Types whose values are the numbers themselves: what a graph can take and cast. */
export const isPlainFloat = (dtype: DataTypeName): boolean => dtype === 'float32' || dtype === 'float16' || dtype === 'bfloat16';

/**
 * A tensor's values as numbers.
 * @throws if the type is not fp64, fp32, fp16 or bf16
 */
export async function readFloats(tensor: StoredTensor): Promise<Float32Array> {
  return toFloats(await readBytes(tensor), tensor.dtype);
}

/** A tensor's bytes as they lie in its file. */
export async function readBytes({ bytes: { file, offset, length } }: StoredTensor): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await open(file, 'r');
  try {
    const buffer = new Uint8Array(length);
    await handle.read(buffer, 0, length, offset);
    return buffer;
  } finally {
    await handle.close();
  }
}

function toFloats(buffer: Uint8Array<ArrayBuffer>, dtype: DataTypeName): Float32Array {
  if (dtype === 'float32') return new Float32Array(buffer.buffer);
  if (dtype === 'float64') return Float32Array.from(new Float64Array(buffer.buffer));
  if (dtype !== 'float16' && dtype !== 'bfloat16') throw new Error(`${dtype} is not read as floats`);
  const halves = new Uint16Array(buffer.buffer);
  return dtype === 'float16' ? fromHalves(halves) : new Float32Array(Uint32Array.from(halves, (bits) => bits << 16).buffer);
}
