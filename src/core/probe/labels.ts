import { ExpectedError } from '../../base/errors';
import type { GroupedRow } from './folds';

export class TrainError extends ExpectedError<'too-few-rows' | 'loss-missing'> {}

export function requireBothLabels(rows: readonly GroupedRow[], least = 2): void {
  for (const label of ['good', 'bad'] as const) {
    const count = rows.filter((row) => row.label === label).length;
    if (count < least) throw new TrainError('too-few-rows', `A probe needs at least ${least} good and ${least} bad rows, and there ${count === 1 ? 'is' : 'are'} ${count} ${label}: mark more rows ${label}.`);
  }
}
