/**
 * The lower factor L of a symmetric positive definite A = L L', both `[n, n]` row-major fp64; only A's lower half is read.
 * Written over typed arrays because ml-matrix takes some five times as long for n = 576, factor and 200 right-hand sides alike.
 */
export function cholesky(a: Float64Array, n: number): Float64Array {
  const l = new Float64Array(n * n);
  for (let first = 0; first < n; first += 4) {
    const whole = first + 4 <= n;
    if (whole) for (let j = 0; j < first; j += 2) fourRows(a, l, n, first, j);
    for (let i = first; i < Math.min(first + 4, n); i++) {
      for (let j = whole ? first : 0; j <= i; j++) {
        let rest = a[i * n + j]!;
        for (let k = 0; k < j; k++) rest -= l[i * n + k]! * l[j * n + k]!;
        if (i !== j) l[i * n + j] = rest / l[j * n + j]!;
        else if (rest > 0) l[i * n + i] = Math.sqrt(rest);
        else throw new RangeError('cholesky: the matrix is not positive definite');
      }
    }
  }
  return l;
}

/** Columns j and j+1 of rows i..i+3: eight sums at once, for speed. */
function fourRows(a: Float64Array, l: Float64Array, n: number, i: number, j: number): void {
  const [r0, r1, r2, r3] = [i * n, (i + 1) * n, (i + 2) * n, (i + 3) * n];
  const left = j * n;
  const right = left + n;
  let [s0, s1, s2, s3, t0, t1, t2, t3] = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let k = 0; k < j; k++) {
    const x = l[left + k]!;
    const y = l[right + k]!;
    const u0 = l[r0 + k]!;
    const u1 = l[r1 + k]!;
    const u2 = l[r2 + k]!;
    const u3 = l[r3 + k]!;
    s0 += u0 * x;
    s1 += u1 * x;
    s2 += u2 * x;
    s3 += u3 * x;
    t0 += u0 * y;
    t1 += u1 * y;
    t2 += u2 * y;
    t3 += u3 * y;
  }
  pair(a, l, r0 + j, s0, t0, l[left + j]!, l[right + j]!, l[right + j + 1]!);
  pair(a, l, r1 + j, s1, t1, l[left + j]!, l[right + j]!, l[right + j + 1]!);
  pair(a, l, r2 + j, s2, t2, l[left + j]!, l[right + j]!, l[right + j + 1]!);
  pair(a, l, r3 + j, s3, t3, l[left + j]!, l[right + j]!, l[right + j + 1]!);
}

function pair(a: Float64Array, l: Float64Array, at: number, s: number, t: number, pivot: number, below: number, next: number): void {
  const value = (a[at]! - s) / pivot;
  l[at] = value;
  l[at + 1] = (a[at + 1]! - t - value * below) / next;
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
