import type { Measure, ProbeId, RowScore } from '../core/types';
import type { AuditEvent, AuditResult } from './audit';

/** Rows on their way between processes: what they have many times over is said once, and numbers stand in columns. */
export interface PackedRows {
  /** `[rows, 11]`: index, line, start, end, tokens, response tokens, rank, loss, its percentile, text score, its percentile; NaN for null. */
  numbers: Float64Array;
  /** `[rows]`: 1 flagged, 2 calibrated, 4 taught. */
  marks: Uint8Array;
  /** `[rows, 32]` */
  hashes: Uint8Array;
  probes: { probe: ProbeId; measure: Measure; kind: string; count: number }[];
  /** Scores a row, for each its place in `probes`, and value, percentile, p, q and share of null probes beyond. */
  scores: { counts: Uint16Array; probe: Uint16Array; numbers: Float64Array };
  /** Latents a row, for each its index, its name's place in `texts` or -1, and mean and z. */
  latents: { counts: Uint16Array; index: Int32Array; name: Int32Array; numbers: Float64Array };
  /** Reasons a row, for each the places of its code and message in `texts`. */
  reasons: { counts: Uint16Array; code: Int32Array; message: Int32Array };
  texts: string[];
  /** Prompt and response of each row. */
  previews: string[];
  /** What few rows have, by place. */
  more: [number, Pick<RowScore, 'spans' | 'phrases' | 'sides' | 'perTurn'>][];
}

/** Rows of an audit: those that have not been sent as they are now, and where the others stand in the file. */
export interface SentRows {
  news: PackedRows;
  /** Indices of rows that are as they were sent before. */
  known: Int32Array;
}

type WithSentRows<T> = T extends { type: 'rows' | 'standing' } ? Omit<T, 'rows'> & { rows: SentRows } : T;

export type SentEvent = WithSentRows<AuditEvent>;

export type SentResult = Omit<AuditResult, 'rows'> & { rows: SentRows };
