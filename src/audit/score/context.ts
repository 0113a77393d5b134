import { unprovenWords } from '../../core/probe';
import type { Assets } from '../assets';
import type { RowKind, ScoringContext } from './entry';
import { type OrdinaryInput, ordinaryRows } from './ordinary';

type Ordinary = Record<RowKind, OrdinaryInput['rows'] | null>;

/** What one audit scores with: the card and reference, and the user's own ordinary rows where there are enough. */
export function scoringContext(assets: Assets, ordinary: Ordinary, latentNames: ReadonlyMap<number, string>): ScoringContext {
  const { card, probes, deciding, backgrounds, scoreText } = assets;
  return { card, probes, deciding, backgrounds, ordinary: calibration(assets, ordinary), scoreText, latentNames };
}

/** The user's ordinary rows under the probes that can read them; none where the deciding probe may claim no rate. */
export function calibration({ probes, deciding, scoreText }: Assets, ordinary: Ordinary): ScoringContext['ordinary'] {
  if (unprovenWords(probes[deciding]!.probe) !== null) return { single: null, pair: null };
  const calibrated = (rows: OrdinaryInput['rows'] | null) => rows && ordinaryRows({ rows, probes, deciding, scoreText });
  return { single: calibrated(ordinary.single), pair: calibrated(ordinary.pair) };
}
