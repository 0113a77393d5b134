import { ascending, nullThresholds } from '../../core/calibrate';
import { type ReadyProbe, nullCount, readsPush, scoreNulls, scoreRecord } from '../../core/probe';
import type { RowVectors } from '../../core/types';
import type { ReferenceRows } from '../reference';
import { LatentNorms } from './latentNorms';

/** The reference as one probe sees it. */
export interface ProbeBackground {
  /** Scores of the reference rows that the probe can read, ascending. */
  sorted: Float64Array;
  /** Each null probe's own 95th reference percentile. */
  nullThresholds: Float64Array;
}

/** What rows of one kind (single records, or preference pairs) are compared with. */
export interface Background {
  rows: number;
  probes: ProbeBackground[];
  /** Losses and text scores of the reference rows, ascending. */
  losses: Float64Array;
  texts: Float64Array;
  latents: LatentNorms;
}

/** A row's score under a probe: of a pair, chosen minus rejected. */
export function scoreRow(probe: ReadyProbe, { main, rejected, response, rejectedResponse }: RowVectors): number {
  return scoreRecord(probe, main, response) - (rejected ? scoreRecord(probe, rejected, rejectedResponse ?? undefined) : 0);
}

/** Whether all that a probe reads has been computed for a row. */
export function canScore(probe: ReadyProbe, { main, rejected }: Pick<RowVectors, 'main' | 'rejected'>): boolean {
  return !readsPush(probe) || (main.push !== undefined && (rejected === null || rejected.push !== undefined));
}

/** Rows' scores under the probe's null probes, `[rows, count]`. */
export function scoreRowNulls(probe: ReadyProbe, rows: readonly RowVectors[]): Float64Array {
  const scores = scoreNulls(probe, rows.map(({ main }) => main), rows.map(({ response }) => response));
  const pairs = rows.filter(({ rejected }) => rejected);
  if (!pairs.length) return scores;
  const rejected = scoreNulls(probe, pairs.map(({ rejected: side }) => side!), pairs.map(({ rejectedResponse }) => rejectedResponse!));
  const count = scores.length / rows.length;
  let at = 0;
  rows.forEach((row, r) => {
    if (!row.rejected) return;
    for (let j = 0; j < count; j++) scores[r * count + j]! -= rejected[at * count + j]!;
    at++;
  });
  return scores;
}

/** Scores a reference set under every probe of a card. */
export function backgroundOf(reference: ReferenceRows, kind: 'single' | 'pair', probes: ReadyProbe[], scoreText: ((text: string) => number) | null): Background {
  const rows: RowVectors[] =
    kind === 'single'
      ? reference.singles.map(({ vectors, response }) => ({ main: vectors, rejected: null, response, rejectedResponse: null }))
      : reference.pairs.map(({ chosen, rejected }) => ({ main: chosen.vectors, rejected: rejected.vectors, response: chosen.response, rejectedResponse: rejected.response }));
  const losses = rows.map(({ main, rejected }) => lossOfRow(main.loss, rejected && (rejected.loss ?? NaN))).filter((loss) => loss !== null);
  return {
    rows: rows.length,
    probes: probes.map((probe) => {
      const readable = rows.filter((row) => canScore(probe, row));
      return {
        sorted: ascending(readable.map((row) => scoreRow(probe, row))),
        nullThresholds: readable.length ? nullThresholds(scoreRowNulls(probe, readable), nullCount(probe)) : new Float64Array(0),
      };
    }),
    losses: ascending(losses),
    texts: scoreText ? ascending(rows.map(({ response, rejectedResponse }) => scoreText(response) - (rejectedResponse === null ? 0 : scoreText(rejectedResponse)))) : new Float64Array(0),
    latents: LatentNorms.of(reference.singles.map(({ vectors: single }) => single)),
  };
}

/**
 * Mean NLL a response token, of a pair chosen minus rejected; null while it is not known.
 * @param main undefined or NaN while it is not known
 * @param rejected null where the row is no pair
 */
export function lossOfRow(main: number | undefined, rejected: number | null | undefined): number | null {
  const known = (loss: number | undefined) => (loss === undefined || Number.isNaN(loss) ? null : loss);
  const own = known(main);
  if (rejected === null || own === null) return own;
  const other = known(rejected);
  return other === null ? null : own - other;
}
