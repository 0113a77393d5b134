import { dot } from './linearForm';

/** Residual norm relative to that of b: far under the half precision that the weights are stored in. */
const TOLERANCE = 1e-8;

/** x with A x = b for a symmetric positive definite A given as a product (Hestenes and Stiefel 1952). */
export function conjugateGradients(product: (v: Float64Array) => Float64Array, b: Float64Array): Float64Array {
  const x = new Float64Array(b.length);
  const residual = b.slice();
  let direction = b.slice();
  let squared = dot(residual, residual);
  const enough = TOLERANCE ** 2 * squared;
  for (let round = 0; round < 10 * b.length && squared > enough; round++) {
    const image = product(direction);
    const length = squared / dot(direction, image);
    for (let i = 0; i < x.length; i++) {
      x[i]! += length * direction[i]!;
      residual[i]! -= length * image[i]!;
    }
    const next = dot(residual, residual);
    direction = direction.map((value, i) => residual[i]! + (next / squared) * value);
    squared = next;
  }
  return x;
}
