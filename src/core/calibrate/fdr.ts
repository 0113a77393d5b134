/**
 * Benjamini-Hochberg q values in the order of `p` (J. R. Stat. Soc. B 57, 1995; as R's `p.adjust(p, "BH")`):
 * q at rank i is the smallest of p_j m / j over ranks j >= i, at most 1.
 */
export function benjaminiHochberg(p: ArrayLike<number>): Float64Array {
  const m = p.length;
  const order = Uint32Array.from({ length: m }, (_, i) => i).sort((i, j) => p[i]! - p[j]!);
  const q = new Float64Array(m);
  let least = 1;
  for (let rank = m; rank >= 1; rank--) {
    const at = order[rank - 1]!;
    least = Math.min(least, (p[at]! * m) / rank);
    q[at] = least;
  }
  return q;
}

/**
 * The smallest number of rows that Benjamini-Hochberg could flag among m at level alpha, as no conformal p is under 1/(n+1):
 * ceil(m / (alpha (n + 1))) rows would have to beat all n ordinary rows. null where that is more than m.
 */
export function smallestAtQ(m: number, n: number, alpha: number): number | null {
  if (m === 0) return null;
  const smallest = Math.max(1, Math.ceil(m / (alpha * (n + 1)) - 1e-9));
  return smallest > m ? null : smallest;
}
