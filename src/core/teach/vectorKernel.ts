import { dot, unitFactor } from '../probe/linearForm';
import { usable } from '../probe/ridgeParts';
import type { KernelId } from '../types';
import type { DualProbe, Kernel } from './kernel';
import { ProbeWeights } from './probeWeights';
import { recordsOf, type TeachRecord, type TeachRow } from './rows';

type VectorId = Exclude<KernelId, 'text'>;

/**
 * Vectors at unit norm, each dimension standardised by one mean and standard deviation over the file's records; of a pair the
 * chosen side's less the rejected one's. All times one factor that brings the mean row to norm 1.
 */
export class VectorKernel implements Kernel {
  private readonly d: number;
  private readonly mean: Float64Array;
  private readonly scale: Float64Array;
  private readonly factor: number;
  /** `[rows, dModel]` */
  private readonly features: Float32Array;

  constructor(
    readonly id: VectorId,
    rows: readonly TeachRow[],
  ) {
    const read = (record: TeachRecord) => unit(record[id]!);
    const units = recordsOf(rows).map(read);
    this.d = units[0]?.length ?? 0;
    this.mean = meanOf(units, this.d);
    this.scale = deviationOf(units, this.mean);
    const raw = rows.map(({ main, rejected }) => {
      const z = this.standardised(read(main));
      if (!rejected) return z;
      const other = this.standardised(read(rejected));
      return z.map((value, i) => value - other[i]!);
    });
    const squares = raw.reduce((sum, z) => sum + z.reduce((s, value) => s + value * value, 0), 0);
    this.factor = squares > 0 ? Math.sqrt(rows.length / squares) : 0;
    this.features = new Float32Array(rows.length * this.d);
    raw.forEach((z, row) => this.features.set(z.map((value) => value * this.factor), row * this.d));
  }

  gram(rows: readonly number[]): Float64Array {
    const n = rows.length;
    const gram = new Float64Array(n * n);
    const own = rows.map((row) => this.featuresOf(row));
    for (let a = 0; a < n; a++) {
      for (let b = 0; b <= a; b++) gram[a * n + b] = gram[b * n + a] = dot(own[a]!, own[b]!);
    }
    return gram;
  }

  addScores(probes: readonly DualProbe[], scores: Float64Array): void {
    const weights = new ProbeWeights(this.d, probes.length);
    probes.forEach((probe, p) => this.primal(probe).forEach((weight, i) => weights.add(i, p, weight)));
    weights.addDense(this.features, this.d, scores);
  }

  /** The probe over unit vectors as they are: weights `[dModel]` and what the centring adds. */
  form(probe: DualProbe): { weights: Float64Array; bias: number } {
    const weights = this.primal(probe).map((w, i) => (w * this.factor) / this.scale[i]!);
    return { weights, bias: -weights.reduce((sum, w, i) => sum + w * this.mean[i]!, 0) };
  }

  private primal({ rows, alpha }: DualProbe): Float64Array {
    const weights = new Float64Array(this.d);
    rows.forEach((row, r) => {
      const feature = this.featuresOf(row);
      for (let i = 0; i < this.d; i++) weights[i]! += alpha[r]! * feature[i]!;
    });
    return weights;
  }

  private featuresOf(row: number): Float32Array {
    return this.features.subarray(row * this.d, (row + 1) * this.d);
  }

  private standardised(vector: Float32Array): Float32Array {
    return vector.map((value, i) => (value - this.mean[i]!) / this.scale[i]!);
  }
}

function unit(vector: Float32Array): Float32Array {
  const factor = unitFactor(vector);
  return vector.map((value) => value * factor);
}

function meanOf(vectors: readonly Float32Array[], d: number): Float64Array {
  const mean = new Float64Array(d);
  for (const vector of vectors) for (let i = 0; i < d; i++) mean[i]! += vector[i]! / vectors.length;
  return mean;
}

function deviationOf(vectors: readonly Float32Array[], mean: Float64Array): Float64Array {
  const squares = new Float64Array(mean.length);
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) squares[i]! += (vector[i]! - mean[i]!) ** 2 / vectors.length;
  return squares.map((square) => usable(Math.sqrt(square)));
}
