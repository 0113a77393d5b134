/** Probes that are summed at once, each in a variable of its own: the probe of all marks and those of five folds take one pass over the features. */
const TILE = 6;

/** Rows' features where most are zero: those of row r stand from start[r] to start[r + 1]. */
export interface SparseRows {
  start: Uint32Array;
  bucket: Uint16Array;
  value: Float32Array;
}

/** Weights of several probes over the same features. One feature's lie together, one place in memory a feature; the last tile is filled up with zeros. */
export class ProbeWeights {
  private readonly stride: number;
  /** `[features, stride]` */
  private readonly values: Float64Array;

  constructor(
    features: number,
    private readonly count: number,
  ) {
    this.stride = Math.ceil(count / TILE) * TILE;
    this.values = new Float64Array(features * this.stride);
  }

  add(feature: number, probe: number, weight: number): void {
    this.values[feature * this.stride + probe]! += weight;
  }

  /**
   * Adds each row's score under each probe, summed in fp64.
   * @param features `[rows, d]`, row-major
   * @param scores `[rows, probes]`
   */
  addDense(features: Float32Array, d: number, scores: Float64Array): void {
    const { stride, values } = this;
    for (let row = 0, x = 0; x < features.length; row++, x += d) {
      for (let tile = 0; tile < stride; tile += TILE) {
        let [a, b, c, e, f, g] = [0, 0, 0, 0, 0, 0];
        for (let i = x, w = tile; i < x + d; i++, w += stride) {
          const own = features[i]!;
          a += own * values[w]!;
          b += own * values[w + 1]!;
          c += own * values[w + 2]!;
          e += own * values[w + 3]!;
          f += own * values[w + 4]!;
          g += own * values[w + 5]!;
        }
        this.write(scores, row, tile, a, b, c, e, f, g);
      }
    }
  }

  /** As addDense, over features of which most are zero. */
  addSparse({ start, bucket, value }: SparseRows, scores: Float64Array): void {
    const { stride, values } = this;
    for (let row = 0; row + 1 < start.length; row++) {
      const end = start[row + 1]!;
      for (let tile = 0; tile < stride; tile += TILE) {
        let [a, b, c, e, f, g] = [0, 0, 0, 0, 0, 0];
        for (let i = start[row]!; i < end; i++) {
          const own = value[i]!;
          const w = bucket[i]! * stride + tile;
          a += own * values[w]!;
          b += own * values[w + 1]!;
          c += own * values[w + 2]!;
          e += own * values[w + 3]!;
          f += own * values[w + 4]!;
          g += own * values[w + 5]!;
        }
        this.write(scores, row, tile, a, b, c, e, f, g);
      }
    }
  }

  private write(scores: Float64Array, row: number, tile: number, a: number, b: number, c: number, e: number, f: number, g: number): void {
    const at = row * this.count + tile;
    const left = this.count - tile;
    scores[at]! += a;
    if (left > 1) scores[at + 1]! += b;
    if (left > 2) scores[at + 2]! += c;
    if (left > 3) scores[at + 3]! += e;
    if (left > 4) scores[at + 4]! += f;
    if (left > 5) scores[at + 5]! += g;
  }
}
