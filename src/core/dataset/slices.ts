import type { CharRange } from '../types';
import type { DocumentText } from './offsets';
import { type DatasetSource, openByteSource } from './source/byteSource';

/**
 * The document as far as `ranges` reach, for what traces turns back to it. A file is read once from end to end and only the
 * ranges are kept. Asked for another place, it gives what it has of it.
 * @throws DatasetError
 */
export async function documentSlices(source: DatasetSource, ranges: readonly CharRange[]): Promise<DocumentText> {
  if ('text' in source && typeof source.text === 'string') return source.text;
  const slices = ranges.map(({ start, end }) => ({ start, end, text: '' })).sort((a, b) => a.start - b.start);
  const bytes = await openByteSource(source);
  try {
    // The byte order mark is off already; one inside the file is a character.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    let at = 0;
    for await (const chunk of bytes.chunks()) {
      const text = decoder.decode(chunk, { stream: true });
      for (const slice of slices) {
        if (slice.start < at + text.length && slice.end > at) slice.text += text.slice(Math.max(0, slice.start - at), slice.end - at);
      }
      at += text.length;
    }
  } finally {
    await bytes.close();
  }
  return (start, end) => {
    const slice = slices.find((candidate) => candidate.start <= start && end <= candidate.end);
    return slice ? slice.text.slice(start - slice.start, end - slice.start) : '';
  };
}
