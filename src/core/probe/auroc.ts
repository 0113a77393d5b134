/** Ranks from 1 with ties sharing their mean, in fp64. */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const order = ascendingOrder(values);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    const end = tieEnd(values, order, start);
    for (let i = start; i < end; i++) ranks[order[i]!] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}

/**
 * Area under the ROC curve: the chance that a bad row scores above a good one, ties counting half (Mann-Whitney U over n1 n0).
 * `bad` is 1 for bad rows. NaN where either kind is missing.
 */
export function auroc(scores: ArrayLike<number>, bad: ArrayLike<number>): number {
  const ranks = midRanks(scores);
  let positives = 0;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    if (!bad[i]) continue;
    positives++;
    sum += ranks[i]!;
  }
  return (sum - (positives * (positives + 1)) / 2) / (positives * (scores.length - positives));
}

/** Spearman's rank correlation with mid-ranks; null where it is undefined (fewer than two rows, or a constant). */
export function spearman(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const x = midRanks(a);
  const y = midRanks(b);
  const centre = (x.length + 1) / 2;
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    const dx = x[i]! - centre;
    const dy = y[i]! - centre;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx > 0 && yy > 0 ? xy / Math.sqrt(xx * yy) : null;
}

/** Indices by ascending value. Throws on NaN, which has no rank. */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i])) throw new RangeError(`ranks: value ${i} is not a number`);
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort((i, j) => values[i]! - values[j]! || i - j);
}

/** Where the run of equal values that begins at `start` ends. */
export function tieEnd(values: ArrayLike<number>, order: Uint32Array, start: number): number {
  let end = start + 1;
  while (end < order.length && values[order[end]!] === values[order[start]!]) end++;
  return end;
}
