import { type GroupedRow, groupBy } from './folds';
import { unitFactor } from './linearForm';
import { seeded } from './random';

/**
 * mean(bad) - mean(good) at unit norm, `[dModel]`: the difference of each domain that holds both labels, domains weighted equally
 * (persona vectors, arXiv 2507.21509, with one domain). The zero vector where no domain holds both.
 */
export function contrastDirection(rows: readonly GroupedRow[], vectors: readonly ArrayLike<number>[], among: readonly number[]): Float64Array {
  const d = vectors[0]?.length ?? 0;
  const direction = new Float64Array(d);
  for (const indices of groupBy(among, (i) => rows[i]!.domain).values()) {
    const bad = indices.filter((i) => rows[i]!.label === 'bad');
    const good = indices.filter((i) => rows[i]!.label === 'good');
    if (bad.length === 0 || good.length === 0) continue;
    addMean(direction, vectors, bad, 1);
    addMean(direction, vectors, good, -1);
  }
  const factor = unitFactor(direction);
  return direction.map((value) => value * factor);
}

/** Random unit directions with the covariance of the rows, `[count, dModel]`: standard normal combinations of the rows less their mean. */
export function randomDirections(vectors: readonly ArrayLike<number>[], among: readonly number[], count: number, seed: number | string): Float64Array {
  const random = seeded(seed, 'random directions');
  const d = vectors[0]?.length ?? 0;
  const mean = new Float64Array(d);
  addMean(mean, vectors, among, 1);
  const directions = new Float64Array(count * d);
  for (const row of among) {
    const vector = Float64Array.from(vectors[row]!);
    for (let i = 0; i < d; i++) vector[i]! -= mean[i]!;
    for (let j = 0; j < count; j++) {
      const z = random.normal();
      for (let i = 0; i < d; i++) directions[j * d + i]! += z * vector[i]!;
    }
  }
  for (let j = 0; j < count; j++) {
    const direction = directions.subarray(j * d, (j + 1) * d);
    const factor = unitFactor(direction);
    for (let i = 0; i < d; i++) direction[i]! *= factor;
  }
  return directions;
}

function addMean(into: Float64Array, vectors: readonly ArrayLike<number>[], among: readonly number[], sign: number): void {
  for (const row of among) {
    const vector = vectors[row]!;
    for (let i = 0; i < into.length; i++) into[i]! += (sign * vector[i]!) / among.length;
  }
}
