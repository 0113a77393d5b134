import type { DatasetRecord } from '../core/types';

const previewLength = 160;

/** The first half of a character that was cut in two. */
const halfPair = /[\ud800-\udbff]$/;

/** What a record says: all turns that train, and all before the first of them. */
export function textOf({ turns }: DatasetRecord): { prompt: string; response: string } {
  const first = turns.findIndex(({ trains }) => trains);
  return {
    prompt: turns.slice(0, first).map(({ text }) => text).join('\n'),
    response: turns.filter(({ trains }) => trains).map(({ text }) => text).join('\n'),
  };
}

/** The first characters of the last prompt turn and of the response, on one line each. */
export function previewOf(record: DatasetRecord): { prompt: string; response: string } {
  const first = record.turns.findIndex(({ trains }) => trains);
  const short = (text: string) => {
    const line = text.slice(0, 4 * previewLength).replace(/\s+/g, ' ').trim();
    return line.length > previewLength ? `${line.slice(0, previewLength - 1).replace(halfPair, '')}…` : line;
  };
  return { prompt: short(record.turns[first - 1]?.text ?? ''), response: short(record.turns[first]?.text ?? '') };
}
