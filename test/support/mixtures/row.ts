import type { Level, Verdict } from '../../../src/core/types';

export const alpha = 0.05;

/** One file of a mixture: ordinary rows with some bad ones planted, audited at one level. */
export interface MixtureRow {
  setting: string;
  level: Level;
  ordinary: number;
  planted: number;
  flagged: number;
  expected: number | null;
  /** 95 % interval of the number flagged among the file's ordinary rows. */
  interval: [number, number] | null;
  /** Ordinary rows that are flagged. */
  falseFlags: number;
  /** Bad rows that are not. */
  missed: number;
  verdict: Verdict;
  upperTail: number | null;
  /** Rows at q <= alpha, and what is said where there is none. */
  atQ: number | null;
  qWords: string | null;
  /** Of the first `planted` rows of the ranking (at least ten), how many are bad. */
  onTop: number;
}
