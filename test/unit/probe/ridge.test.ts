import { describe, expect, it } from 'vitest';
import { type Block, ridgeSystem, seeded } from '../../../src/core/probe';
import { dualSystem } from '../../../src/core/probe/ridgeDual';
import { primalSystem } from '../../../src/core/probe/ridgePrimal';
import { gaussians } from './synthetic';

/** scikit-learn 1.9 Ridge(fit_intercept=False) on the standardised unit rows, sample weights 1/4 in domain a and 1/12 in b, alpha = 3 x mean eigenvalue. */
const raw = [[0.13, -0.13, 0.64], [0.1, -0.54, 0.36], [1.3, 0.95, -0.7], [-1.27, -0.62, 0.04], [-2.33, -0.22, -1.25], [-0.73, -0.54, -0.32], [0.41, 1.04, -0.13], [1.37, -0.67, 0.35]];
const units = raw.map((row) => Float64Array.from(row, (v) => v / Math.hypot(...row)));
const blocks: Block[] = [{ domain: 'a', rows: [0, 1] }, { domain: 'b', rows: [2, 3, 4] }, { domain: 'b', rows: [5, 6, 7] }];
const even = Int8Array.of(1, -1, 1, -1, 1, -1, 1, -1);
const uneven = Int8Array.of(1, -1, 1, 1, 1, -1, 1, -1);
const expected = {
  mean: [0.040681914201756014, -0.25817272544677333, 0.2885291030192177],
  scale: [0.5601069528871425, 0.5153569980980786, 0.5187775517907545],
  weights: [0.02755156584256265, 0.19067483076475433, 0.02931642338403026, -0.03209574503158119, 0.1614569042307944, 0.04807153365846807],
};

const near = (values: ArrayLike<number>, target: ArrayLike<number>, digits = 12) => Array.from(target).forEach((value, i) => expect(values[i]).toBeCloseTo(value, digits));

describe.each([['primal', primalSystem], ['dual', dualSystem]] as const)('ridge, %s', (_, system) => {
  it('equals scikit-learn, several labellings at once', () => {
    const { mean, scale, solve } = system(units, blocks);
    near(mean, expected.mean);
    near(scale, expected.scale);
    const { weights, biases } = solve(3, [even, uneven]);
    near(weights, expected.weights);
    near(biases, [0, (0 + 2 / 6) / 2]);
  });

  it('trains on the given blocks alone', () => {
    const some = system(units, blocks.slice(0, 2)).solve(3, [even]).weights;
    const changed = units.map((row, i) => (i >= 5 ? Float64Array.of(9, 9, 9) : row));
    const flipped = even.map((label, i) => (i >= 5 ? -label : label));
    near(system(changed, blocks.slice(0, 2)).solve(3, [flipped]).weights, some, 9);
    expect(Math.abs(system(units, blocks).solve(3, [even]).weights[0]! - some[0]!)).toBeGreaterThan(1e-3);
  });

  it('gives a constant dimension no weight', () => {
    const flat = units.map((row) => Float64Array.of(row[0]!, 0.25, row[2]!));
    const { scale, solve } = system(flat, blocks);
    expect(scale[1]).toBe(1);
    expect(Math.abs(solve(3, [even]).weights[1]!)).toBeLessThan(1e-12);
  });
});

describe('ridgeSystem', () => {
  it('is the same in both forms for rows fewer and more than dimensions', () => {
    for (const [rows, d] of [[12, 30], [40, 9], [41, 16]] as const) {
      const random = seeded(rows, 'ridge');
      const vectors = Array.from({ length: rows }, () => Float64Array.from(gaussians(random, d), (v) => 0.01 * v + 1));
      const half = Math.floor(rows / 3);
      const parts: Block[] = [{ domain: 'a', rows: Array.from({ length: half }, (_, i) => i) }, { domain: 'b', rows: Array.from({ length: rows - half }, (_, i) => half + i) }];
      const labels = Int8Array.from({ length: rows }, () => (random.uniform() < 0.4 ? 1 : -1));
      const [primal, dual, chosen] = [primalSystem(vectors, parts), dualSystem(vectors, parts), ridgeSystem(vectors, parts)];
      near(primal.solve(10, [labels]).weights, dual.solve(10, [labels]).weights, 9);
      near(chosen.solve(10, [labels]).weights, dual.solve(10, [labels]).weights, 9);
    }
  });

  it('shrinks with lambda, which has no unit: scaled data give the same weights', () => {
    const scaled = units.map((row) => row.map((v) => v * 1000));
    near(primalSystem(scaled, blocks).solve(3, [even]).weights, expected.weights.slice(0, 3), 9);
    const length = (lambda: number) => Math.hypot(...primalSystem(units, blocks).solve(lambda, [even]).weights);
    expect(length(1)).toBeGreaterThan(length(10));
    expect(length(10)).toBeGreaterThan(length(100));
  });
});
