import type { CharRange } from '../../core/types';

/** One replacement in a document, UTF-16 code units; the shape of an editor's content change. */
export interface TextChange {
  rangeOffset: number;
  rangeLength: number;
  text: string;
}

/** What a change did to a range: nothing, it met an end of it, it changed what is inside, or nothing is left of it. */
export type Touch = 'none' | 'edge' | 'inside' | 'gone';

export interface ShiftedRange {
  range: CharRange;
  touch: Touch;
}

/** Where a range stands after a change. Text inserted at an end stays outside: whether it belongs to the row is for the reader to say. */
export function shiftRange({ start, end }: CharRange, { rangeOffset, rangeLength, text }: TextChange): ShiftedRange {
  const removedEnd = rangeOffset + rangeLength;
  const delta = text.length - rangeLength;
  if (removedEnd < start) return { range: { start: start + delta, end: end + delta }, touch: 'none' };
  if (rangeOffset > end) return { range: { start, end }, touch: 'none' };
  if (removedEnd === start) return { range: { start: start + delta, end: end + delta }, touch: 'edge' };
  if (rangeOffset === end) return { range: { start, end }, touch: 'edge' };
  if (rangeOffset <= start && removedEnd >= end) {
    return { range: { start: rangeOffset, end: rangeOffset + text.length }, touch: 'gone' };
  }
  return {
    range: {
      start: rangeOffset < start ? rangeOffset + text.length : start,
      end: removedEnd > end ? rangeOffset : end + delta,
    },
    touch: 'inside',
  };
}

/** Gives the character at an offset; the empty text outside the document. */
export type CharAt = (offset: number) => string;

/** Whether a row that a change only met at its ends still stands alone: white space, a list's punctuation or nothing on both sides. */
export function standsAlone({ start, end }: CharRange, charAt: CharAt): boolean {
  return separates(start === 0 ? '' : charAt(start - 1)) && separates(charAt(end));
}

function separates(char: string): boolean {
  return char === '' || '\n\r\t ,[]'.includes(char);
}

const strength: Record<Touch, number> = { none: 0, edge: 1, inside: 2, gone: 3 };

/** Where a range stands after several changes, made in the order given, and the strongest thing that one of them did to it. */
export function shiftThrough(range: CharRange, changes: readonly TextChange[]): ShiftedRange {
  let shifted: ShiftedRange = { range, touch: 'none' };
  for (const change of changes) {
    const next = shiftRange(shifted.range, change);
    shifted = { range: next.range, touch: strength[next.touch] > strength[shifted.touch] ? next.touch : shifted.touch };
  }
  return shifted;
}
