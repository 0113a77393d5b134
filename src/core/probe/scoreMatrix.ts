import { type LinearForms, unitFactor } from './linearForm';

const BLOCK = 64;

/**
 * Scores `[rows, count]`, row-major, of many vectors `[dModel]` under many linear forms, accumulated in fp64. Rows are copied
 * in blocks that stay in the cache, and a tile of 2 rows x 4 forms is summed at once: 20,000 x 200 x 576 takes some two seconds.
 */
export function scoreMatrix(rows: readonly (Float32Array | Float64Array)[], forms: LinearForms): Float64Array {
  const { count, weights, biases, unit } = forms;
  if (count === 0) return new Float64Array(0);
  const d = weights.length / count;
  const scores = new Float64Array(rows.length * count);
  const block = new Float64Array(BLOCK * d);
  for (let first = 0; first < rows.length; first += BLOCK) {
    const size = Math.min(BLOCK, rows.length - first);
    for (let r = 0; r < size; r++) copyRow(rows[first + r]!, block, r * d, d, unit);
    block.fill(0, size * d);
    for (let j = 0; j < count; j += 4) {
      for (let r = 0; r < size; r += 2) tile(block, r, size, weights, j, count, d, biases, scores, first);
    }
  }
  return scores;
}

function copyRow(row: Float32Array | Float64Array, block: Float64Array, at: number, d: number, unit: boolean): void {
  if (row.length !== d) throw new RangeError(`probes of ${d} dimensions were given a vector of ${row.length}`);
  const factor = unit ? unitFactor(row) : 1;
  for (let i = 0; i < d; i++) block[at + i] = row[i]! * factor;
}

/** Rows r, r+1 under forms j..j+3; what lies past the end is computed on repeated data and not written. */
function tile(block: Float64Array, r: number, size: number, weights: Float64Array, j: number, count: number, d: number, biases: Float64Array, scores: Float64Array, first: number): void {
  const x0 = r * d;
  const x1 = Math.min(r + 1, size - 1) * d;
  const w0 = j * d;
  const w1 = Math.min(j + 1, count - 1) * d;
  const w2 = Math.min(j + 2, count - 1) * d;
  const w3 = Math.min(j + 3, count - 1) * d;
  let [a0, a1, a2, a3, b0, b1, b2, b3] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let i = 0; i < d; i++) {
    const u = block[x0 + i]!;
    const v = block[x1 + i]!;
    const p = weights[w0 + i]!;
    const q = weights[w1 + i]!;
    const s = weights[w2 + i]!;
    const t = weights[w3 + i]!;
    a0 += u * p;
    a1 += u * q;
    a2 += u * s;
    a3 += u * t;
    b0 += v * p;
    b1 += v * q;
    b2 += v * s;
    b3 += v * t;
  }
  const sums = [a0, a1, a2, a3, b0, b1, b2, b3];
  for (let dr = 0; dr < 2 && r + dr < size; dr++) {
    for (let dj = 0; dj < 4 && j + dj < count; dj++) scores[(first + r + dr) * count + j + dj] = sums[dr * 4 + dj]! + biases[j + dj]!;
  }
}
