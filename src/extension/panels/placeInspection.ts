import type { RowInspection } from '../../protocol';

/** Where the inspected text begins in the document, and which row of it it is. */
export interface RowPlace {
  index: number;
  /** 1-based. */
  line: number;
  /** UTF-16 offset. */
  start: number;
}

/** An inspection of a row's own text, with the row's number and ranges of the document that it stands in. */
export function placeInspection(inspection: RowInspection, { index, line, start }: RowPlace): RowInspection {
  const tokens = inspection.tokens.map((token) => ({
    ...token,
    range: token.range && { start: token.range.start + start, end: token.range.end + start },
  }));
  return { ...inspection, index, line, tokens };
}
