import type { ProbeInput } from '../types';
import type { GroupedRow } from './folds';
import { ProbeTrainer, type TrainedWeights, type TrainOptions } from './trainer';

export interface TrainRow extends GroupedRow {
  vector: ArrayLike<number>;
}

/** A ridge probe of one input on all rows, its lambda chosen by leaving domains (with fewer than two: groups of questions) out. */
export function trainProbe(rows: readonly TrainRow[], { input = 'response', ...options }: TrainOptions & { input?: ProbeInput }): TrainedWeights {
  const trainer = new ProbeTrainer(rows, [{ input, vectors: rows.map((row) => row.vector) }], options);
  return trainer.fit(trainer.blocks);
}
