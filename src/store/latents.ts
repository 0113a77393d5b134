import type { SparseMeans } from '../core/types';
import { ByteCursor, ByteSink } from './bytes';
import { decodeHalves, encodeHalves } from './halves';

/**
 * Bytes of an index (2 or 4), count, each index less the one before it less one (varints: one byte a latent where one in a hundred is active),
 * fp32 scale, halves.
 */
export function encodeLatents({ index, value }: SparseMeans): Uint8Array {
  if (index.length !== value.length) throw new Error(`${index.length} latents have ${value.length} values`);
  const sink = new ByteSink();
  sink.varint(index.BYTES_PER_ELEMENT);
  sink.varint(index.length);
  let before = -1;
  for (let i = 0; i < index.length; i++) {
    if (index[i]! <= before) throw new Error('latents do not ascend');
    sink.varint(index[i]! - before - 1);
    before = index[i]!;
  }
  const { scale, bytes } = encodeHalves(value);
  sink.float32(scale);
  sink.append(bytes);
  return sink.take();
}

export function decodeLatents(bytes: Uint8Array): SparseMeans {
  const cursor = new ByteCursor(bytes);
  const width = cursor.varint();
  const count = cursor.varint();
  const index = width === 2 ? new Uint16Array(count) : new Uint32Array(count);
  let before = -1;
  for (let i = 0; i < count; i++) {
    before += cursor.varint() + 1;
    index[i] = before;
  }
  const scale = cursor.float32();
  return { index, value: decodeHalves({ scale, bytes: cursor.take(2 * count) }) };
}
