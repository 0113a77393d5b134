import type { MarkLabel } from './teach';

/** What becomes of a row. */
export type DecisionKind = 'keep' | 'quarantine' | 'mask' | 'waive';

/** What a curator said of a record, as a line of `<name>.persona-lens.jsonl`; a null takes back what was said before. */
export interface MarkLine {
  /** Of the record; of a preference pair the chosen one. */
  hash: string;
  mark?: MarkLabel | null;
  decision?: DecisionKind | null;
  /** Of a decision. */
  reason?: string;
  note?: string;
  author?: string;
  /** ISO 8601. */
  time: string;
}

/** What holds now of a record. */
export interface RecordMark {
  mark: MarkLabel | null;
  decision: { kind: DecisionKind; reason: string | null } | null;
  note: string | null;
  author: string | null;
  time: string;
}
