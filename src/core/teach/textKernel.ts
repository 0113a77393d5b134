import { pack, unpack } from '../probe/pack';
import { BUCKETS, countFeatures, type TextCounts } from '../probe/textFeatures';
import { inverseFrequencies, type SparseText, tfidf } from '../probe/textModel';
import type { PackedVector } from '../types';
import type { DualProbe, Kernel } from './kernel';
import { ProbeWeights, type SparseRows } from './probeWeights';
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
  private readonly factor: number;
  private readonly features: SparseRows;

  constructor(rows: readonly RowCounts[]) {
    this.packedIdf = pack(inverseFrequencies(rows.flatMap(({ main, rejected }) => (rejected ? [main, rejected] : [main])), LEAST_TEXTS), [BUCKETS], 'f16');
    const idf = unpack(this.packedIdf);
    const texts = rows.map(({ main, rejected }) => (rejected ? difference(tfidf(main, idf), tfidf(rejected, idf)) : tfidf(main, idf)));
    const start = new Uint32Array(rows.length + 1);
    texts.forEach(({ value }, row) => (start[row + 1] = start[row]! + nonZero(value)));
    const size = start[rows.length]!;
    this.features = { start, bucket: new Uint16Array(size), value: new Float32Array(size) };
    let squares = 0;
    let at = 0;
    for (const { bucket, value } of texts) {
      for (let i = 0; i < value.length; i++) {
        if (value[i] === 0) continue;
        this.features.bucket[at] = bucket[i]!;
        this.features.value[at++] = value[i]!;
        squares += value[i]! ** 2;
      }
    }
    this.factor = squares > 0 ? Math.sqrt(rows.length / squares) : 0;
    for (let i = 0; i < size; i++) this.features.value[i]! *= this.factor;
  }

  gram(rows: readonly number[]): Float64Array {
    const n = rows.length;
    const gram = new Float64Array(n * n);
    const dense = new Float64Array(BUCKETS);
    for (let a = 0; a < n; a++) {
      this.eachFeature(rows[a]!, (bucket, value) => (dense[bucket] = value));
      for (let b = 0; b <= a; b++) gram[a * n + b] = gram[b * n + a] = this.dot(rows[b]!, dense);
      this.eachFeature(rows[a]!, (bucket) => (dense[bucket] = 0));
    }
    return gram;
  }

  addScores(probes: readonly DualProbe[], scores: Float64Array): void {
    const weights = new ProbeWeights(BUCKETS, probes.length);
    probes.forEach((probe, p) => this.eachWeight(probe, (bucket, weight) => weights.add(bucket, p, weight)));
    weights.addSparse(this.features, scores);
  }

  /** The probe over unit-norm TF-IDF values as they are, `[buckets]`. */
  form(probe: DualProbe): Float64Array {
    const weights = new Float64Array(BUCKETS);
    this.eachWeight(probe, (bucket, weight) => (weights[bucket]! += weight * this.factor));
    return weights;
  }

  private eachWeight({ rows, alpha }: DualProbe, add: (bucket: number, weight: number) => void): void {
    rows.forEach((row, r) => this.eachFeature(row, (bucket, value) => add(bucket, alpha[r]! * value)));
  }

  private eachFeature(row: number, visit: (bucket: number, value: number) => void): void {
    const { start, bucket, value } = this.features;
    for (let i = start[row]!; i < start[row + 1]!; i++) visit(bucket[i]!, value[i]!);
  }

  private dot(row: number, dense: Float64Array): number {
    const { start, bucket, value } = this.features;
    let sum = 0;
    for (let i = start[row]!; i < start[row + 1]!; i++) sum += value[i]! * dense[bucket[i]!]!;
    return sum;
  }
}

function nonZero(values: Float64Array): number {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] !== 0) count++;
  return count;
}

function difference(a: SparseText, b: SparseText): SparseText {
  const values = new Map<number, number>();
  a.bucket.forEach((bucket, i) => values.set(bucket, a.value[i]!));
  b.bucket.forEach((bucket, i) => values.set(bucket, (values.get(bucket) ?? 0) - b.value[i]!));
  return { bucket: Uint32Array.from(values.keys()), value: Float64Array.from(values.values()) };
}
