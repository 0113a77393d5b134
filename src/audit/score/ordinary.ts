import { ascending } from '../../core/calibrate';
import type { ReadyProbe } from '../../core/probe';
import type { RowVectors } from '../../core/types';
import { canScore, scoreRow } from './background';

/** The user's own trusted rows, scored: what p values are taken against. */
export interface OrdinaryRows {
  n: number;
  /** Scores under each probe of the card, ascending; null where the probe cannot read these rows. */
  probes: (Float64Array | null)[];
  losses: Float64Array;
  texts: Float64Array;
  lengths: Float64Array;
  /** Scores under the deciding probe, for the histogram. */
  deciding: Float64Array;
  /** Hashes of the rows' records. */
  hashes: ReadonlySet<string>;
}

export interface OrdinaryInput {
  rows: (RowVectors & { loss: number | null })[];
  probes: ReadyProbe[];
  deciding: number;
  scoreText: ((text: string) => number) | null;
}

export function ordinaryRows({ rows, probes, deciding, scoreText }: OrdinaryInput): OrdinaryRows {
  const scores = probes.map((probe) => (rows.every((row) => canScore(probe, row)) ? ascending(rows.map((row) => scoreRow(probe, row))) : null));
  return {
    n: rows.length,
    probes: scores,
    deciding: scores[deciding]!,
    losses: ascending(rows.map(({ loss }) => loss).filter((loss) => loss !== null)),
    texts: scoreText ? ascending(rows.map((row) => textScore(scoreText, row.response, row.rejectedResponse))) : new Float64Array(0),
    lengths: ascending(rows.map(({ main }) => main.responseTokens)),
    hashes: new Set(rows.map(({ main }) => main.hash)),
  };
}

/** The text classifier's score of a row, of a pair chosen minus rejected. */
export function textScore(score: (text: string) => number, response: string, rejected: string | null): number {
  return score(response) - (rejected === null ? 0 : score(rejected));
}
