import { type Block, groupBy, rowsOf } from './folds';

/** Solutions for several labellings of the same rows. */
export interface RidgeSolutions {
  /** `[labellings, d]`, for standardised vectors. */
  weights: Float64Array;
  /** Mean label, domains weighted equally, `[labellings]`. */
  biases: Float64Array;
}

/**
 * Ridge regression of labels (+1, -1) on vectors standardised by the training rows' own mean and standard deviation:
 * (Z' W Z + lambda s I) w = Z' W (y - y's domain mean), with s = trace / d the mean eigenvalue, so lambda has no unit.
 * W gives every domain the same total weight. Centring the labels within domain keeps a domain with more bad rows from
 * being learned as bad itself.
 */
export interface RidgeSystem {
  /** `[d]` */
  mean: Float64Array;
  /** `[d]`; 1 where a dimension is constant. */
  scale: Float64Array;
  /** Factors once and solves for all labellings; each labelling covers all rows, not the training rows alone. */
  solve(lambda: number, labellings: readonly Int8Array[]): RidgeSolutions;
}

/** Standard deviations under this are rounding noise of unit-norm vectors. */
const CONSTANT = 1e-8;

/** Weight of one row by its domain: 1 / (domains x rows of its domain). */
export function rowWeights(training: readonly Block[]): Map<string, number> {
  const domains = groupBy(training, (block) => block.domain);
  return new Map([...domains].map(([domain, blocks]) => [domain, 1 / (domains.size * rowsOf(blocks).length)]));
}

/** Per training row and labelling weight x (label - its domain's mean label), `[rows, labellings]`, and the mean label of each labelling. */
export function centred(training: readonly Block[], weights: Map<string, number>, labellings: readonly Int8Array[]) {
  const count = labellings.length;
  const rows = training.flatMap((block) => block.rows.map((row) => ({ row, domain: block.domain })));
  const targets = new Float64Array(rows.length * count);
  const biases = new Float64Array(count);
  labellings.forEach((labels, c) => {
    const means = new Map([...groupBy(rows, (r) => r.domain)].map(([domain, group]) => [domain, group.reduce((sum, { row }) => sum + labels[row]!, 0) / group.length]));
    biases[c] = [...means.values()].reduce((sum, mean) => sum + mean, 0) / means.size;
    rows.forEach(({ row, domain }, r) => (targets[r * count + c] = weights.get(domain)! * (labels[row]! - means.get(domain)!)));
  });
  return { targets, biases };
}

export function usable(deviation: number): number {
  return deviation > CONSTANT ? deviation : 1;
}

export function standardised(vector: Float64Array, mean: Float64Array, scale: Float64Array): Float64Array {
  return vector.map((value, i) => (value - mean[i]!) / scale[i]!);
}

export function withDiagonal(matrix: Float64Array, n: number, add: number): Float64Array {
  const copy = matrix.slice();
  for (let i = 0; i < n; i++) copy[i * n + i]! += add;
  return copy;
}

/** into[i, c] += row[i] * factors[r, c] */
export function addRow(into: Float64Array, row: Float64Array, factors: Float64Array, r: number, count: number): void {
  for (let i = 0; i < row.length; i++) {
    const value = row[i]!;
    for (let c = 0; c < count; c++) into[i * count + c]! += value * factors[r * count + c]!;
  }
}

export function transposed(matrix: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(matrix.length);
  for (let i = 0; i < rows; i++) for (let c = 0; c < columns; c++) out[c * rows + i] = matrix[i * columns + c]!;
  return out;
}
