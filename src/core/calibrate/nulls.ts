import type { NullComparison, ProbeNulls } from '../types';
import { ascending, quantile } from './percentile';

/** Each null probe's own 95th percentile over reference rows, `[count]`; `scores` is `[rows, count]`. */
export function nullThresholds(scores: Float64Array, count: number, at = 0.95): Float64Array {
  const rows = scores.length / count;
  return Float64Array.from({ length: count }, (_, j) => quantile(ascending(Float64Array.from({ length: rows }, (_, r) => scores[r * count + j]!)), at));
}

/** How a row stands against null probes: `scores` is the row's `[count]`. */
export function compareWithNulls(nulls: ProbeNulls, scores: ArrayLike<number>, thresholds: ArrayLike<number>): NullComparison {
  let beyond = 0;
  for (let j = 0; j < thresholds.length; j++) if (scores[j]! > thresholds[j]!) beyond++;
  return { kind: nulls.kind, count: thresholds.length, shareBeyond: thresholds.length === 0 ? 0 : beyond / thresholds.length };
}

export interface NullCounts {
  nullMedian: number;
  /** 2.5th and 97.5th percentile over null probes. */
  nullLow: number;
  nullHigh: number;
  nulls: number;
}

/** How many rows of a file each null probe puts beyond its own 95th reference percentile; `scores` is `[rows, count]`. */
export function countBeyondNulls(scores: Float64Array, thresholds: ArrayLike<number>): NullCounts {
  const count = thresholds.length;
  if (count === 0) return { nullMedian: 0, nullLow: 0, nullHigh: 0, nulls: 0 };
  const beyond = new Float64Array(count);
  for (let at = 0; at < scores.length; at++) if (scores[at]! > thresholds[at % count]!) beyond[at % count]!++;
  const sorted = ascending(beyond);
  return { nullMedian: quantile(sorted, 0.5), nullLow: quantile(sorted, 0.025), nullHigh: quantile(sorted, 0.975), nulls: count };
}
