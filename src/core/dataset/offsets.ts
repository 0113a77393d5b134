import type { CharRange, TextPart, Turn } from '../types';
import { SourceCursor } from './json/escapes';

/** The document as the ranges of a turn count it: its text, or what gives a slice of it. */
export type DocumentText = string | ((start: number, end: number) => string);

/**
 * Where a place in a turn's decoded text stands in the document, UTF-16 code units. A place between two parts (the line
 * break that joins them) is the end of the first.
 */
export function turnOffsetToDocument(turn: Turn, document: DocumentText, offset: number): number {
  const part = turn.parts.findLast((candidate) => candidate.start <= offset) ?? turn.parts[0];
  return part ? partToDocument(part, document, offset - part.start) : turn.range.start;
}

/**
 * The place in a turn's decoded text of a place in the document. Inside an escape it is the unit that the escape
 * encodes; outside of the turn's parts it is the end of the part before, or the start of the first.
 */
export function documentToTurnOffset(turn: Turn, document: DocumentText, offset: number): number {
  let before: TextPart | undefined;
  let first: TextPart | undefined;
  for (const part of turn.parts) {
    if (part.range.start <= offset && offset < part.range.end) return part.start + partFromDocument(part, document, offset);
    if (part.range.end <= offset && (!before || part.range.end > before.range.end)) before = part;
    if (!first || part.range.start < first.range.start) first = part;
  }
  if (before) return before.start + before.length;
  return first?.start ?? 0;
}

/** The ranges in the document of a range of a turn's decoded text: one for each part that it touches. */
export function turnRangeToDocument(turn: Turn, document: DocumentText, range: CharRange): CharRange[] {
  const ranges: CharRange[] = [];
  for (const part of turn.parts) {
    const start = Math.max(range.start, part.start);
    const end = Math.min(range.end, part.start + part.length);
    if (start >= end) continue;
    ranges.push({
      start: partToDocument(part, document, start - part.start),
      end: partToDocument(part, document, end - part.start),
    });
  }
  return ranges;
}

function partToDocument(part: TextPart, document: DocumentText, offset: number): number {
  const within = Math.min(Math.max(offset, 0), part.length);
  if (isPlain(part)) return part.range.start + within;
  return part.range.start + new SourceCursor(sourceOf(part, document)).toSource(within);
}

function partFromDocument(part: TextPart, document: DocumentText, offset: number): number {
  const within = offset - part.range.start;
  return isPlain(part) ? within : Math.min(new SourceCursor(sourceOf(part, document)).toDecoded(within), part.length);
}

/** A source as long as its text holds no escape, verbatim or not: an escape is always longer than what it encodes. */
function isPlain(part: TextPart): boolean {
  return part.range.end - part.range.start === part.length;
}

function sourceOf({ range }: TextPart, document: DocumentText): string {
  return typeof document === 'string' ? document.slice(range.start, range.end) : document(range.start, range.end);
}
