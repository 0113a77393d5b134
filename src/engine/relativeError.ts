/** |a - b| / |b|: how far a vector is from the expected one. */
export function relativeError(a: Float32Array, b: Float32Array): number {
  let difference = 0;
  let length = 0;
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    length += b[i]! ** 2;
  }
  return Math.sqrt(difference / length);
}
