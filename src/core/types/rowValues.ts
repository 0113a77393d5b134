/**
 * A row's numbers as far as they depend on nothing but its records, the card and the reference set: what is kept of it under a ScoreKey.
 * Percentiles, p and ranks are read off them.
 */
export interface RowValues {
  /** Of the record that is scored, after truncation. */
  tokens: number;
  /** Of a preference pair's rejected record; 0 without one. */
  rejectedTokens: number;
  /** Of the record that is scored. */
  responseTokens: number;
  /** Score under each probe of the card, `[probes]`; NaN while what the probe reads has not been computed. */
  values: Float64Array;
  /** How many of each probe's null probes put the row beyond their own 95th reference percentile, `[probes]`. */
  beyond: Uint16Array;
  /** Which of the deciding probe's null probes do so: a bit each, lowest first. */
  decidingBeyond: Uint8Array;
  /** The text classifier's score; null where the card has none. */
  text: number | null;
  /** A preference pair's records by themselves under the deciding probe. */
  sides: { chosen: number; rejected: number } | null;
  /** Response turns under the deciding probe; empty where the row has one. */
  turns: { turn: number; value: number }[];
  /** The latents that stand furthest above the usual, strongest first; means in residual units. */
  latents: { index: number; mean: number }[];
}
