import { describe, expect, it } from 'vitest';
import { dot, residualise } from '../../../src/core/probe';

const scores = [1, 3, 2, 5, 4, 8];
const loss = [0.5, 1, 1.5, 2, 0.2, 3];
const length = [1, 2, 1, 3, 2, 5];

describe('residualise', () => {
  it('equals the residuals of scikit-learn 1.9 LinearRegression', () => {
    const expected = [-0.6952141057934509, -0.3205289672544076, 0.4496221662468509, 0.1265743073047867, 0.563602015113351, -0.12405541561712852];
    residualise(scores, [loss, length]).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 10));
  });

  it('leaves nothing of the covariates, also where they are constant or say the same', () => {
    const residual = residualise(scores, [loss, loss.map((v) => 3 * v - 1), [2, 2, 2, 2, 2, 2], length]);
    for (const covariate of [loss, length, [1, 1, 1, 1, 1, 1]]) expect(Math.abs(dot(residual, covariate))).toBeLessThan(1e-10);
    residualise(scores, [loss, length]).forEach((value, i) => expect(residual[i]).toBeCloseTo(value, 10));
  });

  it('takes all of a score that the covariates determine', () => {
    residualise(loss.map((v, i) => 2 * v - 7 * length[i]! + 4), [loss, length]).forEach((value) => expect(Math.abs(value)).toBeLessThan(1e-12));
  });
});
