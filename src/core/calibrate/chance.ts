import type { ChanceExpectation } from '../types';
import { betaBinomial } from './betaBinomial';
import { flagBudget } from './conformal';
import { smallestAtQ } from './fdr';

export interface ChanceInput {
  /** Ordinary rows. */
  n: number;
  /** Scored rows of the file that are not themselves ordinary rows. */
  m: number;
  alpha: number;
  /** Flagged among those m. */
  flagged: number;
}

/** What ordinary rows alone would give: all p share the same n ordinary rows, so the count is beta-binomial(m, k, n + 1 - k). */
export function chanceExpectation({ n, m, alpha, flagged }: ChanceInput): ChanceExpectation {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`chanceExpectation: alpha must be within 0..1, got ${alpha}`);
  const k = flagBudget(n, alpha);
  const counts = betaBinomial(m, k, n + 1 - k);
  return {
    n,
    k,
    m,
    alpha,
    expected: counts.mean,
    interval: counts.interval(0.95),
    upperTail: counts.upperTail(flagged),
    smallestAtQ: smallestAtQ(m, n, alpha),
  };
}
