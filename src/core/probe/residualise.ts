import { dot } from './linearForm';

/** Least-squares residuals of scores on [1, covariates...] (Gram-Schmidt; a covariate that the others determine is left out). */
export function residualise(scores: ArrayLike<number>, covariates: readonly ArrayLike<number>[]): Float64Array {
  const basis: Float64Array[] = [Float64Array.from({ length: scores.length }, () => 1)];
  for (const covariate of covariates) {
    const start = Float64Array.from(covariate);
    const rest = without(without(start, basis), basis);
    if (dot(rest, rest) > 1e-20 * dot(start, start)) basis.push(rest);
  }
  const residual = Float64Array.from(scores);
  return without(without(residual, basis), basis);
}

/** The vector less its projection on an orthogonal basis. Applied twice it is orthogonal to rounding. */
function without(vector: Float64Array, basis: readonly Float64Array[]): Float64Array {
  const rest = vector.slice();
  for (const b of basis) {
    const share = dot(rest, b) / dot(b, b);
    for (let i = 0; i < rest.length; i++) rest[i]! -= share * b[i]!;
  }
  return rest;
}
