import { contrastDirection, randomDirections } from './contrast';
import { blocksOf, foldsOf, type GroupedRow, rowsOf } from './folds';
import { type HeldOutScores, scatter } from './heldOut';
import { dot } from './linearForm';
import { scoreMatrix } from './scoreMatrix';

/** The contrast direction of the other domains, and random directions with those domains' covariance. */
export function directionHeldOut(rows: readonly GroupedRow[], vectors: readonly Float32Array[], nulls: number, seed: number | string): HeldOutScores {
  const out: HeldOutScores = { scores: new Float64Array(rows.length), nulls: [], notes: [] };
  for (const fold of foldsOf(blocksOf(rows, seed))) {
    const training = rowsOf(fold.training);
    const direction = contrastDirection(rows, vectors, training);
    const indices = rowsOf(fold.heldOut);
    for (const row of indices) out.scores[row] = dot(direction, vectors[row]!);
    const weights = randomDirections(vectors, training, nulls, `${seed}/${fold.name}`);
    const nullScores = scoreMatrix(
      indices.map((row) => vectors[row]!),
      { count: nulls, weights, biases: new Float64Array(nulls), unit: false },
    );
    scatter(out.nulls, nullScores, nulls, indices, rows.length);
  }
  return out;
}
