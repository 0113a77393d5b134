import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { cholesky, solveCholesky } from '../../../src/core/probe/cholesky';
import { seeded } from '../../../src/core/probe';
import { gaussians } from './synthetic';

function positiveDefinite(n: number): Matrix {
  const half = Matrix.from1DArray(n, n, gaussians(seeded(n, 'matrix'), n * n));
  return half.mmul(half.transpose()).add(Matrix.eye(n).mul(0.1));
}

describe('cholesky', () => {
  it.each([1, 2, 3, 4, 5, 7, 8, 12, 33])('factors and solves as ml-matrix does, n = %i', (n) => {
    const a = positiveDefinite(n);
    const factor = cholesky(Float64Array.from(a.to1DArray()), n);
    const expected = new CholeskyDecomposition(a);
    expected.lowerTriangularMatrix.to1DArray().forEach((value, at) => expect(factor[at]).toBeCloseTo(value, 10));
    const right = Matrix.from1DArray(n, 3, gaussians(seeded(n, 'right'), n * 3));
    const solution = Float64Array.from(right.to1DArray());
    solveCholesky(factor, n, solution, 3);
    expected.solve(right).to1DArray().forEach((value, at) => expect(solution[at]).toBeCloseTo(value, 7));
  });

  it('refuses a matrix that is not positive definite', () => {
    expect(() => cholesky(Float64Array.of(1, 2, 2, 1), 2)).toThrow(/positive definite/);
    expect(() => cholesky(Float64Array.of(NaN), 1)).toThrow(/positive definite/);
  });
});
