import type { KernelId } from '../types';

/** Weights of marked rows in the dual: a probe is the sum of these rows' features times alpha. */
export interface DualProbe {
  /** Indices into the file's rows. */
  rows: readonly number[];
  /** One a row. */
  alpha: ArrayLike<number>;
}

/** One way to compare rows, over features that were prepared once for all rows of a file. The mean row has a product of 1 with itself. */
export interface Kernel {
  readonly id: KernelId;
  /** Products of the given rows with each other, `[n, n]`. */
  gram(rows: readonly number[]): Float64Array;
  /** Adds each probe's score of every row to `scores`, `[rows, probes]`: one dot product a row and probe. */
  addScores(probes: readonly DualProbe[], scores: Float64Array): void;
}
