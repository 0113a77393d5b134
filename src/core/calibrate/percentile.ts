/** An ascending copy in fp64. Throws on NaN, which has no rank. */
export function ascending(values: ArrayLike<number>): Float64Array {
  const copy = Float64Array.from(values);
  if (copy.some(Number.isNaN)) throw new RangeError('ascending: a value is not a number');
  return copy.sort();
}

/** How many of the ascending values are below `value`. */
export function countBelow(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the ascending values are below `value` or equal to it. */
export function countUpTo(sorted: ArrayLike<number>, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Share of the ascending reference values below `value`, 0..100; values equal to it count half (mid-rank), as
 * `scipy.stats.percentileofscore(kind='mean')`. Context, not an error rate.
 */
export function percentileOf(sortedReference: ArrayLike<number>, value: number): number {
  const n = sortedReference.length;
  if (n === 0) throw new RangeError('percentileOf: the reference is empty');
  return (50 * (countBelow(sortedReference, value) + countUpTo(sortedReference, value))) / n;
}

/** The value at `q` (0..1) of ascending values, linear between neighbours (Hyndman and Fan's type 7, as in NumPy and R). */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const n = sorted.length;
  if (n === 0) throw new RangeError('quantile: no values');
  if (!(q >= 0 && q <= 1)) throw new RangeError(`quantile: q must be within 0..1, got ${q}`);
  const place = q * (n - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, n - 1);
  return sorted[low]! + (place - low) * (sorted[high]! - sorted[low]!);
}
