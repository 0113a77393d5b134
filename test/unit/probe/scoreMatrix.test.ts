import { describe, expect, it } from 'vitest';
import { applyForm, scoreMatrix, seeded } from '../../../src/core/probe';
import { gaussians } from './synthetic';

describe('scoreMatrix', () => {
  it.each([
    [1, 1, 3, true],
    [2, 4, 8, false],
    [7, 5, 9, true],
    [64, 3, 5, false],
    [131, 10, 33, true],
    [0, 4, 8, true],
    [5, 0, 8, true],
  ])('equals one dot product after another: %i rows, %i forms, width %i, unit norm %s', (rows, count, d, unit) => {
    const random = seeded(rows * 100 + count, 'matrix');
    const vectors = Array.from({ length: rows }, () => Float32Array.from(gaussians(random, d)));
    const weights = Float64Array.from(gaussians(random, count * d));
    const biases = Float64Array.from(gaussians(random, count));
    const scores = scoreMatrix(vectors, { count, weights, biases, unit });
    expect(scores).toHaveLength(rows * count);
    vectors.forEach((vector, r) => {
      for (let j = 0; j < count; j++) {
        const form = { weights: weights.slice(j * d, (j + 1) * d), bias: biases[j]!, unit };
        expect(scores[r * count + j]).toBeCloseTo(applyForm(form, vector), 10);
      }
    });
  });

  it('refuses a vector of another width', () => {
    expect(() => scoreMatrix([Float32Array.of(1, 2, 3)], { count: 1, weights: Float64Array.of(1, 1), biases: Float64Array.of(0), unit: true })).toThrow(/2 dimensions/);
  });
});
