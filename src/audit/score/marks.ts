import type { TokenMarks } from '../../core/types';

/** What the token pass found in a record. */
export interface FoundMarks extends TokenMarks {
  /** One token holds more than half of what the record has above the ordinary level. */
  singleToken: boolean;
}

/** The marks of a row, of a pair each side's. */
export interface RowMarks {
  main: FoundMarks;
  rejected: FoundMarks | null;
}

/** What stands in a row's place for marks until the pass has read it. */
export const pendingMarks: TokenMarks = { spans: null, phrases: null };

export const marksOf = (found: FoundMarks | null | undefined): TokenMarks => (found ? { spans: found.spans, phrases: found.phrases } : pendingMarks);
