import { z } from 'zod';
import type { RecordVectors, VectorKey } from '../core/types';
import type { SegmentKind } from './columns';
import { DamagedSegment, StoreError } from './errors';
import { pushesOf, pushesTable, type RowPush } from './pushes';
import { recordsOf, vectorsTable } from './rows';
import type { Table } from './table';
import { type Segment, readMetadata, readTable } from './segmentReader';
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

/**
 * The key alone, of a file of vectors or of push vectors.
 * @throws StoreError `damaged`
 */
export const readKey = (bytes: Uint8Array, name: string): Promise<VectorKey> => whole(name, async () => keyOf(await readMetadata(bufferOf(bytes))));

/** @throws StoreError `damaged` */
export async function readPushSegment(bytes: Uint8Array, name: string): Promise<{ key: VectorKey; rows: RowPush[] }> {
  const { key, table } = await readTableOf('pushes', bytes, name);
  return { key, rows: pushesOf(table) };
}

function readTableOf(kind: SegmentKind, bytes: Uint8Array, name: string): Promise<{ key: VectorKey; table: Table }> {
  return whole(name, async () => {
    const file = bufferOf(bytes);
    const segment = await readMetadata(file);
    if (segment.kind !== kind) throw otherVersion();
    return { key: keyOf(segment), table: await readTable(file, segment) };
  });
}

const bufferOf = (bytes: Uint8Array) => ({
  byteLength: bytes.byteLength,
  slice: (start: number, end?: number) => new Uint8Array(bytes.subarray(start, end)).buffer,
});

const otherVersion = () => new DamagedSegment('it is of another version');

function keyOf({ key }: Pick<Segment, 'key'>): VectorKey {
  const parsed = keySchema.safeParse(JSON.parse(key));
  if (!parsed.success) throw otherVersion();
  return parsed.data;
}

async function whole<T>(name: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof DamagedSegment)) throw error;
    throw new StoreError('damaged', `${name} is not a file of vectors that this version can use: ${error.message}. Restore it or make it again.`, { cause: error });
  }
}
