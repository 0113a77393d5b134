import { signedLabels } from '../probe/permute';
import type { TeachFeatures } from './features';
import type { MarkedSystem } from './heldOut';
import type { MarkedRow } from './marks';

/** What one set of marks is taught on. */
export interface MarkedSystems {
  /** Under all kernels together: their Gram matrices added, each of mean diagonal 1 over the file. */
  all: MarkedSystem;
  /** Under the text kernel alone. */
  text: MarkedSystem;
}

/** The marked rows' products, each kernel's computed once. */
export function markedSystems({ vectors, text }: TeachFeatures, marked: readonly MarkedRow[]): MarkedSystems {
  const rows = marked.map(({ row }) => row);
  const labels = signedLabels(marked);
  const ofText = text.gram(rows);
  const gram = ofText.slice();
  for (const kernel of vectors) kernel.gram(rows).forEach((value, i) => (gram[i]! += value));
  return { all: { gram, labels }, text: { gram: ofText, labels } };
}

/** Scores of all rows under each probe, `[rows, probes]`; `bias` is added to single rows, of a pair it cancels. */
export function scoresOf({ rows, kernels }: Pick<TeachFeatures, 'rows' | 'kernels'>, probes: readonly { rows: readonly number[]; alpha: ArrayLike<number>; bias: number }[]): Float64Array {
  const scores = new Float64Array(rows.length * probes.length);
  for (const kernel of kernels) kernel.addScores(probes, scores);
  const count = probes.length;
  for (let r = 0; r < rows.length; r++) {
    if (rows[r]!.rejected) continue;
    for (let p = 0; p < count; p++) scores[r * count + p]! += probes[p]!.bias;
  }
  return scores;
}
