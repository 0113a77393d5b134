import type { TextModelData } from '../types';
import { type GroupedRow, groupBy } from './folds';
import { requireBothLabels } from './labels';
import { dot } from './linearForm';
import { pack, unpack } from './pack';
import { signedLabels } from './permute';
import { BUCKETS, countFeatures } from './textFeatures';
import { type SparseText, tfidf } from './textModel';

export interface TextRow extends GroupedRow {
  /** The response's text. */
  text: string;
}

export interface TextOptions {
  /** Multiple of the mean eigenvalue of the rows' kernel. */
  lambda?: number;
}

const TOLERANCE = 1e-10;

/**
 * Hashed TF-IDF with ridge weights: the cheap alternative to a probe. Minimises sum_r w_r (y_r - x_r . beta)^2 + lambda s |beta|^2
 * with domains of equal total weight, labels centred within domain (as ridgeParts.ts) and s = 1 / rows, the mean eigenvalue of the
 * weighted kernel of unit rows. Solved in the dual by conjugate gradients, (K + lambda s I) alpha = sqrt(w) y, where K alpha is two
 * passes over the sparse rows, so no Gram matrix is stored. idf = ln((1 + n) / (1 + df)) + 1, 0 for unseen buckets.
 */
export function trainText(rows: readonly TextRow[], { lambda = 1 }: TextOptions = {}): TextModelData {
  requireBothLabels(rows, 1);
  const counts = rows.map((row) => countFeatures(row.text));
  const packedIdf = pack(inverseFrequencies(counts), [BUCKETS], 'f16');
  const idf = unpack(packedIdf);
  const texts = counts.map((count) => tfidf(count, idf));
  const { weights, targets, mean } = balanced(rows);
  const roots = weights.map(Math.sqrt);
  const alpha = conjugateGradients(
    (v) => {
      const image = timesTransposed(texts, roots.map((root, r) => root * v[r]!));
      return roots.map((root, r) => root * timesRow(texts[r]!, image) + (lambda / rows.length) * v[r]!);
    },
    roots.map((root, r) => root * targets[r]!),
  );
  const beta = timesTransposed(texts, roots.map((root, r) => root * alpha[r]!));
  const predicted = texts.reduce((sum, text, r) => sum + weights[r]! * timesRow(text, beta), 0);
  return { buckets: BUCKETS, idf: packedIdf, weights: pack(beta, [BUCKETS], 'f16'), bias: mean - predicted };
}

function inverseFrequencies(counts: readonly ReadonlyMap<number, number>[]): Float64Array {
  const frequency = new Float64Array(BUCKETS);
  for (const count of counts) for (const bucket of count.keys()) frequency[bucket]!++;
  return frequency.map((df) => (df === 0 ? 0 : Math.log((1 + counts.length) / (1 + df)) + 1));
}

/** Row weights of sum 1, labels less their domain's mean, and the mean label. */
function balanced(rows: readonly GroupedRow[]) {
  const labels = signedLabels(rows);
  const domains = groupBy([...rows.keys()], (row) => rows[row]!.domain);
  const weights = new Float64Array(rows.length);
  const targets = new Float64Array(rows.length);
  let mean = 0;
  for (const indices of domains.values()) {
    const own = indices.reduce((sum, row) => sum + labels[row]!, 0) / indices.length;
    mean += own / domains.size;
    for (const row of indices) {
      weights[row] = 1 / (domains.size * indices.length);
      targets[row] = labels[row]! - own;
    }
  }
  return { weights, targets, mean };
}

/** x with A x = b for a symmetric positive definite A given as a product (Hestenes and Stiefel 1952). */
function conjugateGradients(product: (v: Float64Array) => Float64Array, b: Float64Array): Float64Array {
  const x = new Float64Array(b.length);
  const residual = b.slice();
  let direction = b.slice();
  let squared = dot(residual, residual);
  const enough = TOLERANCE ** 2 * squared;
  for (let round = 0; round < 10 * b.length && squared > enough; round++) {
    const image = product(direction);
    const length = squared / dot(direction, image);
    for (let i = 0; i < x.length; i++) {
      x[i]! += length * direction[i]!;
      residual[i]! -= length * image[i]!;
    }
    const next = dot(residual, residual);
    direction = direction.map((value, i) => residual[i]! + (next / squared) * value);
    squared = next;
  }
  return x;
}

function timesRow({ bucket, value }: SparseText, dense: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < bucket.length; i++) sum += value[i]! * dense[bucket[i]!]!;
  return sum;
}

/** sum_r v_r x_r, `[buckets]`. */
function timesTransposed(texts: readonly SparseText[], v: Float64Array): Float64Array {
  const sum = new Float64Array(BUCKETS);
  texts.forEach(({ bucket, value }, r) => {
    for (let i = 0; i < bucket.length; i++) sum[bucket[i]!]! += v[r]! * value[i]!;
  });
  return sum;
}
