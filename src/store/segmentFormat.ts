import { createHash } from 'node:crypto';
import type { RowGroup } from 'hyparquet';

/**
 * A segment is a Parquet file that proves itself: its metadata holds a digest of every column chunk, and the SHA-256 of the metadata is its name and
 * stands in 32 bytes after the leading magic (a place that Parquet readers skip). So whatever part is read can be checked without the rest.
 */
export const formatVersion = 1;

export const metadataKeys = { about: 'persona-lens', vectorKey: 'persona-lens.key', chunks: 'persona-lens.chunks' } as const;

/** After the magic `PAR1`. */
export const digestOffset = 4;
export const digestLength = 32;
/** The metadata's length (uint32) and the magic. */
export const tailLength = 8;

export const chunkDigestLength = 16;

/** 128 bits are enough against accidents. */
export function chunkDigest(bytes: Uint8Array): Uint8Array {
  return createHash('sha256').update(bytes).digest().subarray(0, chunkDigestLength);
}

export interface ByteRange {
  start: number;
  end: number;
}

/** Where the column chunks lie, group by group, column by column. */
export function chunkRanges(groups: RowGroup[]): ByteRange[] {
  return groups.flatMap(({ columns }) =>
    columns.map(({ meta_data: chunk }) => {
      if (!chunk) throw new Error('a column chunk without metadata');
      const start = Number(chunk.data_page_offset);
      return { start, end: start + Number(chunk.total_compressed_size) };
    }),
  );
}
