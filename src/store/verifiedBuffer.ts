import type { AsyncBuffer } from 'hyparquet';
import { DamagedSegment } from './errors';
import { chunkDigest } from './segmentFormat';

/** A column chunk's end and what its bytes must hash to. */
export interface Chunk {
  end: number;
  digest: Uint8Array;
}

/** A file of whole column chunks, each checked against its digest before anyone sees it. `chunks` is keyed by start. */
export function verified(file: AsyncBuffer, chunks: Map<number, Chunk>): AsyncBuffer {
  return {
    byteLength: file.byteLength,
    async slice(start, end = file.byteLength) {
      const buffer = await file.slice(start, end);
      for (let at = start; at < end; ) {
        const chunk = chunks.get(at);
        if (!chunk || chunk.end > end) throw new Error('a read that cuts a column chunk cannot be checked');
        const actual = chunkDigest(new Uint8Array(buffer, at - start, chunk.end - at));
        if (Buffer.compare(actual, chunk.digest) !== 0) throw new DamagedSegment('its data has changed');
        at = chunk.end;
      }
      return buffer;
    },
  };
}
