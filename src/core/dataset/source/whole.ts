import { throwIfAborted } from '../../../base/errors';
import type { ByteSource } from './byteSource';
import { trimmed } from './jsonText';
import type { RawRow } from './rawRow';
import { RowBuffer } from './rowBuffer';

/** The whole file as one row. */
export async function readWhole(bytes: ByteSource, signal?: AbortSignal): Promise<RawRow> {
  const buffer = new RowBuffer();
  for await (const chunk of bytes.chunks()) {
    throwIfAborted(signal);
    buffer.add(chunk);
  }
  const { text, fault } = buffer.take();
  const { start, end } = trimmed(text);
  const before = text.slice(0, start);
  return {
    line: before.split('\n').length,
    column: start - before.lastIndexOf('\n'),
    start: bytes.startOffset + start,
    text: fault ? '' : text.slice(start, end),
    fault,
  };
}
