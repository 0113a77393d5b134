import { cholesky, solveCholesky } from './cholesky';
import { type Block, rowsOf } from './folds';
import { BlockMoments } from './moments';
import { addRow, centred, type RidgeSystem, rowWeights, standardised, transposed, usable, withDiagonal } from './ridgeParts';

/** By the d x d normal equations, from moments that blocks keep: cost d^3 / 6 a lambda, whatever the number of rows. */
export function primalSystem(vectors: readonly Float64Array[], training: readonly Block[], moments: BlockMoments = new BlockMoments(vectors)): RidgeSystem {
  const d = moments.shift.length;
  const weights = rowWeights(training);
  const mean = new Float64Array(d);
  const gram = new Float64Array(d * d);
  for (const block of training) {
    const { sum, products } = moments.of(block);
    const weight = weights.get(block.domain)!;
    for (let i = 0; i < d; i++) mean[i]! += weight * sum[i]!;
    for (let at = 0; at < gram.length; at++) gram[at]! += weight * products[at]!;
  }
  const scale = new Float64Array(d);
  for (let i = 0; i < d; i++) scale[i] = usable(Math.sqrt(Math.max(0, gram[i * d + i]! - mean[i]! ** 2)));
  let trace = 0;
  for (let i = 0; i < d; i++) {
    for (let j = i; j < d; j++) {
      const value = (gram[i * d + j]! - mean[i]! * mean[j]!) / (scale[i]! * scale[j]!);
      gram[j * d + i] = value;
    }
    trace += Math.max(0, gram[i * d + i]!);
  }
  for (let i = 0; i < d; i++) mean[i]! += moments.shift[i]!;
  return {
    mean,
    scale,
    solve(lambda, labellings) {
      const { targets, biases } = centred(training, weights, labellings);
      const rows = rowsOf(training);
      const right = new Float64Array(d * labellings.length);
      rows.forEach((row, r) => addRow(right, standardised(vectors[row]!, mean, scale), targets, r, labellings.length));
      const factor = cholesky(withDiagonal(gram, d, (lambda * trace) / d), d);
      solveCholesky(factor, d, right, labellings.length);
      return { weights: transposed(right, d, labellings.length), biases };
    },
  };
}
