import { type ReadyProbe, unprovenWords } from '../../core/probe';
import type { PersonaCard } from '../../core/types';
import type { ScoringAssets } from '../assets';
import type { AuditRow } from '../rows';
import type { Background } from './background';
import { type OrdinaryInput, type OrdinaryRows, ordinaryRows } from './ordinary';

export type RowKind = 'single' | 'pair';

export const kindOf = (row: Pick<AuditRow, 'rejected'>): RowKind => (row.rejected ? 'pair' : 'single');

/** What scoring needs beside the rows; made once an audit. */
export interface ScoringContext {
  card: PersonaCard;
  probes: ReadyProbe[];
  /** Index of the card's default probe. */
  deciding: number;
  backgrounds: Record<RowKind, Background>;
  /** The user's own trusted rows of each kind; null where there are too few to calibrate on. */
  ordinary: Record<RowKind, OrdinaryRows | null>;
  scoreText: ((text: string) => number) | null;
  latentNames: ReadonlyMap<number, string>;
}

type Ordinary = Record<RowKind, OrdinaryInput['rows'] | null>;

/** What one audit scores with: the card and reference, and the user's own ordinary rows where there are enough. */
export function scoringContext(assets: ScoringAssets, ordinary: Ordinary, latentNames: ReadonlyMap<number, string>): ScoringContext {
  const { card, probes, deciding, backgrounds, scoreText } = assets;
  return { card, probes, deciding, backgrounds, ordinary: calibration(assets, ordinary), scoreText, latentNames };
}

/** The user's ordinary rows under the probes that can read them; none where the deciding probe may claim no rate. */
export function calibration({ probes, deciding, scoreText }: ScoringAssets, ordinary: Ordinary): ScoringContext['ordinary'] {
  if (unprovenWords(probes[deciding]!.probe) !== null) return { single: null, pair: null };
  const calibrated = (rows: OrdinaryInput['rows'] | null) => rows && ordinaryRows({ rows, probes, deciding, scoreText });
  return { single: calibrated(ordinary.single), pair: calibrated(ordinary.pair) };
}
