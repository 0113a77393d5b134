import type { Assets } from '../assets';
import type { RowKind, ScoringContext } from './entry';
import { type OrdinaryInput, ordinaryRows } from './ordinary';

/** What one audit scores with: the card and reference, and the user's own ordinary rows where there are enough. */
export function scoringContext(assets: Assets, ordinary: Record<RowKind, OrdinaryInput['rows'] | null>, latentNames: ReadonlyMap<number, string>): ScoringContext {
  const { card, probes, deciding, backgrounds, scoreText } = assets;
  const calibrated = (rows: OrdinaryInput['rows'] | null) => rows && ordinaryRows({ rows, probes, deciding, scoreText });
  return { card, probes, deciding, backgrounds, ordinary: { single: calibrated(ordinary.single), pair: calibrated(ordinary.pair) }, scoreText, latentNames };
}
