import { signedLabels } from '../probe/permute';
import type { TeachFeatures } from './features';
import type { Kernel } from './kernel';
import type { MarkedSystem } from './heldOut';
import type { MarkedRow } from './marks';

/** The marked rows under several kernels together: their Gram matrices added, each of mean diagonal 1 over the file. */
export function markedSystem(kernels: readonly Kernel[], marked: readonly MarkedRow[]): MarkedSystem {
  const rows = marked.map(({ row }) => row);
  const gram = new Float64Array(rows.length ** 2);
  for (const kernel of kernels) kernel.gram(rows).forEach((value, i) => (gram[i]! += value));
  return { gram, labels: signedLabels(marked) };
}

/** Scores of all rows under each probe, `[rows, probes]`; `bias` is added to single rows, of a pair it cancels. */
export function scoresOf({ rows, kernels }: Pick<TeachFeatures, 'rows' | 'kernels'>, probes: readonly { rows: readonly number[]; alpha: ArrayLike<number>; bias: number }[]): Float64Array {
  const scores = new Float64Array(rows.length * probes.length);
  for (const kernel of kernels) kernel.addScores(probes, scores);
  rows.forEach(({ rejected }, r) => {
    if (!rejected) probes.forEach(({ bias }, p) => (scores[r * probes.length + p]! += bias));
  });
  return scores;
}
