import { type Block, rowsOf } from './folds';
import { BlockMoments } from './moments';
import { dualSystem } from './ridgeDual';
import type { RidgeSystem } from './ridgeParts';
import { primalSystem } from './ridgePrimal';

export type { RidgeSolutions, RidgeSystem } from './ridgeParts';

/** The system of the training blocks' rows over `vectors` (all rows, unit norm, `[d]` each): primal, or dual where rows are fewer than dimensions. */
export function ridgeSystem(vectors: readonly Float64Array[], training: readonly Block[], moments: BlockMoments = new BlockMoments(vectors)): RidgeSystem {
  const fewRows = rowsOf(training).length < (vectors[0]?.length ?? 0);
  return fewRows ? dualSystem(vectors, training) : primalSystem(vectors, training, moments);
}
