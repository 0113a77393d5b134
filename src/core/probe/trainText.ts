import type { TextModelData } from '../types';
import { conjugateGradients } from './conjugateGradients';
import { type GroupedRow, groupBy } from './folds';
import { requireBothLabels } from './labels';
import { pack, unpack } from './pack';
import { signedLabels } from './permute';
import { BUCKETS, countFeatures, type TextCounts } from './textFeatures';
import { inverseFrequencies, type SparseText, tfidf } from './textModel';

export interface TextRow extends GroupedRow {
  /** The response's text. */
  text: string;
}

export interface TextOptions {
  /** Multiple of the mean eigenvalue of the rows' kernel. */
  lambda?: number;
}

/**
 * Hashed TF-IDF with ridge weights: the cheap alternative to a probe. Minimises sum_r w_r (y_r - x_r . beta)^2 + lambda s |beta|^2
 * with domains of equal total weight, labels centred within domain (as ridgeParts.ts) and s = 1 / rows, the mean eigenvalue of the
 * weighted kernel of unit rows. Solved in the dual by conjugate gradients, (K + lambda s I) alpha = sqrt(w) y, where K alpha is two
 * passes over the sparse rows, so no Gram matrix is stored. idf = ln((1 + n) / (1 + df)) + 1, 0 for unseen buckets.
 */
export function trainText(rows: readonly TextRow[], options: TextOptions = {}): TextModelData {
  return trainOnCounts(
    rows,
    rows.map((row) => countFeatures(row.text)),
    options,
  );
}

/** The same from texts already counted. */
export function trainOnCounts(rows: readonly GroupedRow[], counts: readonly TextCounts[], { lambda = 1 }: TextOptions = {}): TextModelData {
  requireBothLabels(rows, 1);
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
