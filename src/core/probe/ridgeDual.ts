import { cholesky, solveCholesky } from './cholesky';
import type { Block } from './folds';
import { addRow, centred, type RidgeSystem, rowWeights, standardised, transposed, usable, withDiagonal } from './ridgeParts';

/** By the rows x rows kernel, w = Z' sqrt(W) (sqrt(W) Z Z' sqrt(W) + lambda s I)^-1 sqrt(W) y: for a few marked rows of a wide model. */
export function dualSystem(vectors: readonly Float64Array[], training: readonly Block[]): RidgeSystem {
  const d = vectors[0]?.length ?? 0;
  const weights = rowWeights(training);
  const rows = training.flatMap((block) => block.rows.map((row) => ({ vector: vectors[row]!, weight: weights.get(block.domain)! })));
  const n = rows.length;
  const mean = new Float64Array(d);
  const scale = new Float64Array(d);
  for (const { vector, weight } of rows) for (let i = 0; i < d; i++) mean[i]! += weight * vector[i]!;
  for (const { vector, weight } of rows) for (let i = 0; i < d; i++) scale[i]! += weight * (vector[i]! - mean[i]!) ** 2;
  for (let i = 0; i < d; i++) scale[i] = usable(Math.sqrt(scale[i]!));
  const z = rows.map(({ vector, weight }) => standardised(vector, mean, scale).map((v) => v * Math.sqrt(weight)));
  const gram = new Float64Array(n * n);
  let trace = 0;
  for (let a = 0; a < n; a++) {
    for (let b = 0; b <= a; b++) gram[a * n + b] = dot(z[a]!, z[b]!);
    trace += gram[a * n + a]!;
  }
  return {
    mean,
    scale,
    solve(lambda, labellings) {
      const count = labellings.length;
      const { targets: right, biases } = centred(training, weights, labellings);
      rows.forEach(({ weight }, r) => {
        for (let c = 0; c < count; c++) right[r * count + c]! /= Math.sqrt(weight);
      });
      solveCholesky(cholesky(withDiagonal(gram, n, (lambda * trace) / d), n), n, right, count);
      const solution = new Float64Array(d * count);
      z.forEach((row, r) => addRow(solution, row, right, r, count));
      return { weights: transposed(solution, d, count), biases };
    },
  };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
