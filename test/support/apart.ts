/** Largest |a - b| over the largest |b|. */
export function apart(a: Float32Array, b: Float32Array): number {
  const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return largest(a.map((value, i) => value - b[i]!)) / largest(b);
}
