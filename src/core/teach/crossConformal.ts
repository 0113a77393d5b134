import { ascending, countBelow } from '../calibrate/percentile';
import type { TaughtFold } from './heldOut';

/**
 * Cross-conformal p of every row against held-out good marks (Vovk 2015): (1 + #{good marks i: s_f(i) >= s_f(row)}) / (n + 1), where
 * f is the fold that i was held out of, so mark and row are read by the same probe, which saw neither.
 * @param foldScores scores of all rows under each fold's probe, `[rows, folds]`
 * @param rowOf the file's row of each mark
 */
export function crossConformalP(folds: readonly TaughtFold[], foldScores: Float64Array, labels: Int8Array, rowOf: readonly number[]): Float64Array {
  const count = folds.length;
  const rows = foldScores.length / count;
  const beaten = new Float64Array(rows);
  let n = 0;
  folds.forEach(({ heldOut }, f) => {
    const good = ascending(heldOut.filter((mark) => labels[mark]! < 0).map((mark) => foldScores[rowOf[mark]! * count + f]!));
    n += good.length;
    for (let row = 0; row < rows; row++) beaten[row]! += good.length - countBelow(good, foldScores[row * count + f]!);
  });
  return beaten.map((above) => (1 + above) / (n + 1));
}
