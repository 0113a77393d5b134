import type { Level } from '../types';
import { rowsWords } from './words';

/** Ordinary rows of the user's own below which no error rate is claimed. */
export const MIN_ORDINARY = 40;

export interface LevelDecision {
  level: Level;
  /** Ordinary rows still missing; 0 when there are enough. */
  missing: number;
  /** What is missing, for people; null when nothing is. */
  message: string | null;
}

/**
 * What a mark may claim with `ordinaryRows` rows to calibrate on. `taught`: the deciding probe was trained on the user's own
 * marks, and `ordinaryRows` counts good marks held out of that training.
 */
export function levelFor(ordinaryRows: number, taught = false): LevelDecision {
  const missing = Math.max(0, MIN_ORDINARY - ordinaryRows);
  if (missing === 0) return { level: taught ? 'taught' : 'calibrated', missing, message: null };
  const have = ordinaryRows === 0 ? 'there are no ordinary rows of your own' : `there are only ${rowsWords(ordinaryRows)} of your own to calibrate on`;
  return { level: 'ranked', missing, message: `no error rate is claimed: ${have}; ${missing} more are needed` };
}
