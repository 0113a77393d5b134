import { pack, unpack } from '../probe/pack';
import { BUCKETS, countFeatures, type TextCounts } from '../probe/textFeatures';
import { type SparseText, tfidf } from '../probe/textModel';
import type { PackedVector } from '../types';
import type { DualProbe, Kernel } from './kernel';
import type { TeachRow } from './rows';

/** A feature that one text alone has says nothing of another. */
const LEAST_TEXTS = 2;

/** What a row's response, and of a pair its rejected one, counts. */
export interface RowCounts {
  main: TextCounts;
  rejected: TextCounts | null;
}

export function countsOf({ main, rejected }: TeachRow): RowCounts {
  return { main: countFeatures(main.response), rejected: rejected && countFeatures(rejected.response) };
}

/**
 * Hashed TF-IDF of words and character n-grams of the responses at unit norm, idf over the file's records; of a pair the chosen
 * side's less the rejected one's. All times one factor that brings the mean row to norm 1.
 */
export class TextKernel implements Kernel {
  readonly id = 'text';
  /** `[buckets]`, as a card holds it: 0 for features of fewer than two texts. */
  readonly packedIdf: PackedVector;
  private readonly features: SparseText[];
  private readonly factor: number;

  constructor(rows: readonly RowCounts[]) {
    this.packedIdf = pack(inverseFrequencies(rows.flatMap(({ main, rejected }) => (rejected ? [main, rejected] : [main]))), [BUCKETS], 'f16');
    const idf = unpack(this.packedIdf);
    const raw = rows.map(({ main, rejected }) => known(rejected ? difference(tfidf(main, idf), tfidf(rejected, idf)) : tfidf(main, idf)));
    const squares = raw.reduce((sum, { value }) => sum + value.reduce((s, v) => s + v * v, 0), 0);
    this.factor = squares > 0 ? Math.sqrt(rows.length / squares) : 0;
    this.features = raw.map(({ bucket, value }) => ({ bucket, value: value.map((v) => v * this.factor) }));
  }

  gram(rows: readonly number[]): Float64Array {
    const n = rows.length;
    const gram = new Float64Array(n * n);
    const dense = new Float64Array(BUCKETS);
    for (let a = 0; a < n; a++) {
      const own = this.features[rows[a]!]!;
      own.bucket.forEach((bucket, i) => (dense[bucket] = own.value[i]!));
      for (let b = 0; b <= a; b++) gram[a * n + b] = gram[b * n + a] = sparseDot(this.features[rows[b]!]!, dense);
      own.bucket.forEach((bucket) => (dense[bucket] = 0));
    }
    return gram;
  }

  addScores(probes: readonly DualProbe[], scores: Float64Array): void {
    const count = probes.length;
    // A bucket's weights under all probes lie together: one place in memory a feature.
    const weights = new Float64Array(BUCKETS * count);
    probes.forEach((probe, p) => this.eachWeight(probe, (bucket, weight) => (weights[bucket * count + p]! += weight)));
    this.features.forEach(({ bucket, value }, row) => {
      for (let i = 0; i < bucket.length; i++) {
        const from = bucket[i]! * count;
        for (let p = 0; p < count; p++) scores[row * count + p]! += value[i]! * weights[from + p]!;
      }
    });
  }

  /** The probe over unit-norm TF-IDF values as they are, `[buckets]`. */
  form(probe: DualProbe): Float64Array {
    const weights = new Float64Array(BUCKETS);
    this.eachWeight(probe, (bucket, weight) => (weights[bucket]! += weight * this.factor));
    return weights;
  }

  private eachWeight({ rows, alpha }: DualProbe, add: (bucket: number, weight: number) => void): void {
    rows.forEach((row, r) => {
      const { bucket, value } = this.features[row]!;
      for (let i = 0; i < bucket.length; i++) add(bucket[i]!, alpha[r]! * value[i]!);
    });
  }
}

/** ln((1 + n) / (1 + df)) + 1, 0 where fewer than two texts have the feature. */
function inverseFrequencies(texts: readonly TextCounts[]): Float64Array {
  const frequency = new Float64Array(BUCKETS);
  for (const { bucket } of texts) for (let i = 0; i < bucket.length; i++) frequency[bucket[i]!]!++;
  return frequency.map((df) => (df < LEAST_TEXTS ? 0 : Math.log((1 + texts.length) / (1 + df)) + 1));
}

function difference(a: SparseText, b: SparseText): SparseText {
  const values = new Map<number, number>();
  a.bucket.forEach((bucket, i) => values.set(bucket, a.value[i]!));
  b.bucket.forEach((bucket, i) => values.set(bucket, (values.get(bucket) ?? 0) - b.value[i]!));
  return { bucket: Uint32Array.from(values.keys()), value: Float64Array.from(values.values()) };
}

/** Without the features whose value is 0. */
function known({ bucket, value }: SparseText): SparseText {
  const kept = [...bucket.keys()].filter((i) => value[i] !== 0);
  return { bucket: Uint32Array.from(kept, (i) => bucket[i]!), value: Float64Array.from(kept, (i) => value[i]!) };
}

function sparseDot({ bucket, value }: SparseText, dense: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < bucket.length; i++) sum += value[i]! * dense[bucket[i]!]!;
  return sum;
}
