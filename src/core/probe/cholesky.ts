/**
 * The lower factor L of a symmetric positive definite A = L L', both `[n, n]` row-major fp64; only A's lower half is read.
 * Written over typed arrays because ml-matrix takes five times as long for n = 576 and ten times for 200 right-hand sides.
 */
export function cholesky(a: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const rest = a[i * n + j]! - dotRows(l, i * n, j * n, j);
      if (i !== j) l[i * n + j] = rest / l[j * n + j]!;
      else if (rest > 0) l[i * n + i] = Math.sqrt(rest);
      else throw new RangeError('cholesky: the matrix is not positive definite');
    }
  }
  return l;
}

function dotRows(l: Float64Array, a: number, b: number, length: number): number {
  let [s0, s1, s2, s3] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < length; i += 4) {
    s0 += l[a + i]! * l[b + i]!;
    s1 += l[a + i + 1]! * l[b + i + 1]!;
    s2 += l[a + i + 2]! * l[b + i + 2]!;
    s3 += l[a + i + 3]! * l[b + i + 3]!;
  }
  for (; i < length; i++) s0 += l[a + i]! * l[b + i]!;
  return s0 + s1 + s2 + s3;
}

/** Solves A X = B for `count` right-hand sides in place: B and X are `[n, count]` row-major. */
export function solveCholesky(l: Float64Array, n: number, b: Float64Array, count: number): void {
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) subtractRow(b, i * count, k * count, count, l[i * n + k]!);
    scaleRow(b, i * count, count, 1 / l[i * n + i]!);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) subtractRow(b, i * count, k * count, count, l[k * n + i]!);
    scaleRow(b, i * count, count, 1 / l[i * n + i]!);
  }
}

function subtractRow(b: Float64Array, to: number, from: number, count: number, factor: number): void {
  for (let c = 0; c < count; c++) b[to + c]! -= factor * b[from + c]!;
}

function scaleRow(b: Float64Array, at: number, count: number, factor: number): void {
  for (let c = 0; c < count; c++) b[at + c]! *= factor;
}
