import { type Block, foldsOf, rowsOf } from '../probe/folds';
import type { HeldOutScores } from '../probe/heldOut';
import { type DualSolution, solveDual, subGram } from './dualRidge';

/** Multiples of the mean diagonal of the marked rows' kernel. */
export const LAMBDAS: readonly number[] = [10, 3, 1, 0.3, 0.1, 0.03];
/** Taken where nothing can be held out to choose one. */
const FALLBACK_LAMBDA = 1;

/** The marked rows as a kernel sees them. */
export interface MarkedSystem {
  /** `[n, n]` over the marked rows. */
  gram: Float64Array;
  /** +1 for bad, -1 for good, `[n]`. */
  labels: Int8Array;
}

/** A probe taught without one part of the marks. */
export interface TaughtFold {
  /** Marked rows, as indices into the marks. */
  training: number[];
  heldOut: number[];
  alpha: Float64Array;
  bias: number;
  lambda: number;
}

/**
 * Teaches without each block in turn, lambda chosen inside the rest, and scores the block. Labellings beyond the true one (nulls)
 * are taught with the lambda that was chosen for the true one.
 */
export function heldOutScores({ gram, labels }: MarkedSystem, blocks: readonly Block[], nulls: readonly Int8Array[] = []): HeldOutScores & { folds: TaughtFold[] } {
  const n = labels.length;
  const out = { scores: new Float64Array(n), nulls: nulls.map(() => new Float64Array(n)), notes: [] as string[], folds: [] as TaughtFold[] };
  for (const { heldOut, training } of foldsOf(blocks)) {
    const lambda = chooseLambda({ gram, labels }, training);
    const [inside, outside] = [rowsOf(training), rowsOf(heldOut)];
    const solved = solveDual(subGram(gram, n, inside), inside.length, lambda, [labels, ...nulls].map((all) => inside.map((row) => all[row]!)));
    const products = subGram(gram, n, outside, inside);
    outside.forEach((row, r) => {
      out.scores[row] = scoreOf(products, r, inside.length, solved, 0);
      out.nulls.forEach((scores, c) => (scores[row] = scoreOf(products, r, inside.length, solved, c + 1)));
    });
    out.folds.push({ training: inside, heldOut: outside, alpha: solved.alphas[0]!, bias: solved.biases[0]!, lambda });
  }
  return out;
}

/**
 * The lambda with the least squared error on held-out blocks, the larger of equals. A squared error tells lambdas apart where ten
 * marks leave an AUROC only a few values.
 */
export function chooseLambda({ gram, labels }: MarkedSystem, blocks: readonly Block[]): number {
  const n = labels.length;
  const folds = foldsOf(blocks).filter(({ training }) => new Set(rowsOf(training).map((row) => labels[row])).size === 2);
  let best = { lambda: FALLBACK_LAMBDA, error: Infinity };
  if (folds.length < 2) return best.lambda;
  const parts = folds.map(({ training, heldOut }) => {
    const [inside, outside] = [rowsOf(training), rowsOf(heldOut)];
    return { inside, outside, own: subGram(gram, n, inside), products: subGram(gram, n, outside, inside), targets: [inside.map((row) => labels[row]!)] };
  });
  for (const lambda of LAMBDAS) {
    let error = 0;
    for (const { inside, outside, own, products, targets } of parts) {
      const solved = solveDual(own, inside.length, lambda, targets);
      outside.forEach((row, r) => (error += (labels[row]! - scoreOf(products, r, inside.length, solved, 0)) ** 2));
    }
    if (error < best.error * (1 - 1e-9)) best = { lambda, error };
  }
  return best.lambda;
}

function scoreOf(products: Float64Array, row: number, n: number, { alphas, biases }: DualSolution, labelling: number): number {
  const alpha = alphas[labelling]!;
  let score = biases[labelling]!;
  for (let i = 0; i < n; i++) score += products[row * n + i]! * alpha[i]!;
  return score;
}
