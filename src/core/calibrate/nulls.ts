import type { NullComparison, ProbeNulls } from '../types';
import { ascending, quantile } from './percentile';

/** Each null probe's own 95th percentile over reference rows, `[count]`; `scores` is `[rows, count]`. */
export function nullThresholds(scores: Float64Array, count: number, at = 0.95): Float64Array {
  const rows = scores.length / count;
  return Float64Array.from({ length: count }, (_, j) => quantile(ascending(Float64Array.from({ length: rows }, (_, r) => scores[r * count + j]!)), at));
}

/** Which null probes put a row beyond their own threshold: a bit each, lowest first, `[ceil(count / 8)]`; `scores` is the row's `[count]`. */
export function beyondNulls(scores: ArrayLike<number>, thresholds: ArrayLike<number>): Uint8Array {
  const bits = new Uint8Array((thresholds.length + 7) >> 3);
  for (let j = 0; j < thresholds.length; j++) if (scores[j]! > thresholds[j]!) bits[j >> 3]! |= 1 << (j & 7);
  return bits;
}

export function countBits(bits: Uint8Array): number {
  let count = 0;
  for (let i = 0; i < bits.length; i++) for (let rest = bits[i]!; rest; rest &= rest - 1) count++;
  return count;
}

/** How a row stands against `count` null probes, `beyond` of which put it beyond their own threshold. */
export const nullComparison = (kind: ProbeNulls['kind'], beyond: number, count: number): NullComparison => ({ kind, count, shareBeyond: count === 0 ? 0 : beyond / count });

export interface NullCounts {
  nullMedian: number;
  /** 2.5th and 97.5th percentile over null probes. */
  nullLow: number;
  nullHigh: number;
  nulls: number;
}

/** How many rows of a file each of `count` null probes puts beyond its own threshold; `rows` are what `beyondNulls` gives. */
export function countBeyondNulls(rows: readonly Uint8Array[], count: number): NullCounts {
  if (count === 0) return { nullMedian: 0, nullLow: 0, nullHigh: 0, nulls: 0 };
  const beyond = new Float64Array(count);
  for (const bits of rows) for (let j = 0; j < count; j++) beyond[j]! += (bits[j >> 3]! >> (j & 7)) & 1;
  const sorted = ascending(beyond);
  return { nullMedian: quantile(sorted, 0.5), nullLow: quantile(sorted, 0.025), nullHigh: quantile(sorted, 0.975), nulls: count };
}
