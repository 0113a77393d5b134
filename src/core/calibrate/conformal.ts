import { countBelow } from './percentile';

/**
 * Conformal p of a score against ordinary rows: (1 + #{ordinary >= score}) / (n + 1), within 1/(n+1)..1. For a row
 * exchangeable with the ordinary ones P(p <= a) <= a (Vovk, Gammerman and Shafer 2005, section 2.2). Ties make it larger, never smaller.
 */
export function conformalP(sortedOrdinary: ArrayLike<number>, score: number): number {
  const n = sortedOrdinary.length;
  return (1 + n - countBelow(sortedOrdinary, score)) / (n + 1);
}

/**
 * k = floor(alpha (n + 1)): a row has p <= alpha when fewer than k of the n ordinary rows score as high as it. 0 means
 * that nothing can be flagged. The nudge keeps products such as .29 * 100 = 28.999... whole.
 */
export function flagBudget(n: number, alpha: number): number {
  return Math.floor(alpha * (n + 1) + 1e-9);
}

/** Ordinary rows needed before any row can have p <= alpha: 19 at .05. */
export function rowsNeededToFlag(alpha: number): number {
  return Math.ceil(1 / alpha - 1e-9) - 1;
}

/** The score that a row must exceed to be flagged: the k-th largest ordinary score. null when nothing can be. */
export function flagThreshold(sortedOrdinary: ArrayLike<number>, alpha: number): number | null {
  const n = sortedOrdinary.length;
  const k = flagBudget(n, alpha);
  return k === 0 ? null : sortedOrdinary[n - k]!;
}
