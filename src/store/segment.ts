import { z } from 'zod';
import type { RecordVectors, VectorKey } from '../core/types';
import type { SegmentKind } from './columns';
import { DamagedSegment, StoreError } from './errors';
import { pushesOf, pushesTable, type RowPush } from './pushes';
import { recordsOf, vectorsTable } from './rows';
import type { Table } from './table';
import { readMetadata, readTable } from './segmentReader';
import { writeTable } from './segmentWriter';

/** Rows of one key, with all that belongs to them. */
export interface KeyedRows {
  key: VectorKey;
  rows: RecordVectors[];
}

const keySchema = z.object({
  model: z.string(),
  adapter: z.string().nullable(),
  adapterScale: z.number(),
  precision: z.string(),
  device: z.string(),
  tokenizer: z.string(),
  template: z.string(),
  captureSet: z.array(z.string()),
  positions: z.literal('response'),
  sae: z.string().nullable(),
  maxTokens: z.number(),
  kernelRevision: z.number(),
}) satisfies z.ZodType<VectorKey>;

export function writeSegment(key: VectorKey, rows: RecordVectors[]): Uint8Array {
  return writeTable(vectorsTable(key, rows)).bytes;
}

export function writePushSegment(key: VectorKey, rows: RowPush[]): Uint8Array {
  return writeTable(pushesTable(key, rows)).bytes;
}

/**
 * @param name for the message
 * @throws StoreError `damaged`
 */
export async function readSegment(bytes: Uint8Array, name = 'The segment'): Promise<KeyedRows> {
  const { key, table } = await readTableOf('vectors', bytes, name);
  return { key, rows: recordsOf(table) };
}

/** @throws StoreError `damaged` */
export async function readPushSegment(bytes: Uint8Array, name: string): Promise<{ key: VectorKey; rows: RowPush[] }> {
  const { key, table } = await readTableOf('pushes', bytes, name);
  return { key, rows: pushesOf(table) };
}

async function readTableOf(kind: SegmentKind, bytes: Uint8Array, name: string): Promise<{ key: VectorKey; table: Table }> {
  const file = {
    byteLength: bytes.byteLength,
    slice: (start: number, end?: number) => new Uint8Array(bytes.subarray(start, end)).buffer,
  };
  try {
    const segment = await readMetadata(file);
    const key = keySchema.safeParse(JSON.parse(segment.key));
    if (segment.kind !== kind || !key.success) throw new DamagedSegment('it is of another version');
    return { key: key.data, table: await readTable(file, segment) };
  } catch (error) {
    if (!(error instanceof DamagedSegment)) throw error;
    throw new StoreError('damaged', `${name} is not a file of vectors that this version can use: ${error.message}. Restore it or make it again.`, { cause: error });
  }
}
