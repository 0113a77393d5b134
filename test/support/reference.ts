import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bareRecord } from '../../src/engine/bareRecord';
import { readFloats, readSafetensorsHeader } from '../../src/core/tensors';
import type { TokenizedRecord } from '../../src/core/types';
import { root } from './paths';

/** One row of the committed reference values, written by models/recipe/make_reference.py with transformers. */
export interface ReferenceRow {
  index: number;
  name: string;
  text?: string;
  messages?: { role: string; content: string }[];
  ids: number[];
  responseMask: number[];
  meanNll: number;
  top1: number[];
}

const folder = join(root, 'test/golden/smollm2-135m-instruct');

export async function referenceRows(): Promise<ReferenceRow[]> {
  return (JSON.parse(await readFile(join(folder, 'reference.json'), 'utf8')) as { rows: ReferenceRow[] }).rows;
}

/** The float tensors of the reference, by name. */
export async function referenceFloats(file = 'reference.safetensors'): Promise<(name: string) => Promise<Float32Array>> {
  const tensors = await readSafetensorsHeader(join(folder, file));
  return (name) => readFloats(tensors.get(name)!);
}

export async function referenceInts(name: string): Promise<Int32Array> {
  const tensor = (await readSafetensorsHeader(join(folder, 'reference.safetensors'))).get(name)!;
  const bytes = await readFile(tensor.bytes.file);
  return new Int32Array(bytes.buffer.slice(bytes.byteOffset + tensor.bytes.offset, bytes.byteOffset + tensor.bytes.offset + tensor.bytes.length));
}

/** A reference row as the engine takes it, with the reference's own response mask. */
export const asRecord = ({ name, ids, responseMask }: ReferenceRow): TokenizedRecord => bareRecord(ids, { hash: name, response: responseMask });
