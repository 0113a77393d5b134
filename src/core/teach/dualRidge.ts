import { cholesky, solveCholesky } from '../probe/cholesky';

/** Probes for several labellings of the same rows. */
export interface DualSolution {
  /** `[labellings]`, one alpha a row each; they sum to 0, so what all rows share does not count. */
  alphas: Float64Array[];
  /** `[labellings]` */
  biases: Float64Array;
}

/**
 * Ridge regression with a free intercept, in the dual: (K + lambda s I) alpha + b = y with sum alpha = 0, where s is the mean
 * diagonal of K, so lambda has no unit. One factorisation serves all labellings.
 * @param gram `[n, n]`
 * @param labellings one value a row each, +1 for bad rows and -1 for good ones
 */
export function solveDual(gram: Float64Array, n: number, lambda: number, labellings: readonly ArrayLike<number>[]): DualSolution {
  const count = labellings.length + 1;
  const right = new Float64Array(n * count);
  for (let r = 0; r < n; r++) {
    labellings.forEach((labels, c) => (right[r * count + c] = labels[r]!));
    right[r * count + count - 1] = 1;
  }
  const ridge = gram.slice();
  let trace = 0;
  for (let r = 0; r < n; r++) trace += gram[r * n + r]!;
  // Rows that are all alike leave nothing but the intercept.
  const add = trace > 0 ? (lambda * trace) / n : 1;
  for (let r = 0; r < n; r++) ridge[r * n + r]! += add;
  solveCholesky(cholesky(ridge, n), n, right, count);
  const column = (c: number) => Float64Array.from({ length: n }, (_, r) => right[r * count + c]!);
  const ones = column(count - 1);
  const total = sum(ones);
  const solved = labellings.map((_, c) => column(c));
  const biases = Float64Array.from(solved, (alpha) => sum(alpha) / total);
  return { alphas: solved.map((alpha, c) => alpha.map((value, r) => value - biases[c]! * ones[r]!)), biases };
}

/** Rows and columns of a Gram matrix. */
export function subGram(gram: Float64Array, n: number, rows: readonly number[], columns: readonly number[] = rows): Float64Array {
  const part = new Float64Array(rows.length * columns.length);
  rows.forEach((row, r) => columns.forEach((column, c) => (part[r * columns.length + c] = gram[row * n + column]!)));
  return part;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
