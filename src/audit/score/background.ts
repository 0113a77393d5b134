import { ascending, nullThresholds } from '../../core/calibrate';
import { type ReadyProbe, scoreNulls, scoreRecord } from '../../core/probe';
import type { RecordVectors, RowVectors } from '../../core/types';
import type { ReferenceSet } from '../reference';
import { LatentNorms } from './latentNorms';

/** The reference as one probe sees it. */
export interface ProbeBackground {
  /** Scores of the reference rows, ascending. */
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
export function scoreRow(probe: ReadyProbe, { main, rejected }: RowVectors): number {
  return scoreRecord(probe, main) - (rejected ? scoreRecord(probe, rejected) : 0);
}

/** Rows' scores under the probe's null probes, `[rows, count]`. */
export function scoreRowNulls(probe: ReadyProbe, rows: RowVectors[]): Float64Array {
  const scores = scoreNulls(probe, rows.map(({ main }) => main));
  const pairs = rows.filter(({ rejected }) => rejected);
  if (!pairs.length) return scores;
  const rejected = scoreNulls(probe, pairs.map(({ rejected: side }) => side!));
  const count = scores.length / rows.length;
  let at = 0;
  rows.forEach((row, r) => {
    if (!row.rejected) return;
    for (let j = 0; j < count; j++) scores[r * count + j]! -= rejected[at * count + j]!;
    at++;
  });
  return scores;
}

export function nullCount(probe: ReadyProbe): number {
  return probe.kind === 'linear' ? probe.nulls.count : probe.nulls.length;
}

/** Scores a reference set under every probe of a card. */
export function backgroundOf(reference: ReferenceSet, kind: 'single' | 'pair', probes: ReadyProbe[], scoreText: ((text: string) => number) | null): Background {
  const rows =
    kind === 'single'
      ? reference.singles.map((row) => ({ row: { main: row.vectors, rejected: null }, text: (score: (text: string) => number) => score(row.response) }))
      : reference.pairs.map(({ chosen, rejected }) => ({
          row: { main: chosen.vectors, rejected: rejected.vectors },
          text: (score: (text: string) => number) => score(chosen.response) - score(rejected.response),
        }));
  const vectors = rows.map(({ row }) => row);
  const losses = vectors.map(lossOf).filter((loss) => loss !== null);
  return {
    rows: rows.length,
    probes: probes.map((probe) => ({
      sorted: ascending(vectors.map((row) => scoreRow(probe, row))),
      nullThresholds: rows.length ? nullThresholds(scoreRowNulls(probe, vectors), nullCount(probe)) : new Float64Array(0),
    })),
    losses: ascending(losses),
    texts: scoreText ? ascending(rows.map(({ text }) => text(scoreText))) : new Float64Array(0),
    latents: new LatentNorms(reference.singles.map(({ vectors: single }) => single)),
  };
}

/** Mean NLL a response token, of a pair chosen minus rejected; null while it is not known. */
export function lossOf({ main, rejected }: RowVectors): number | null {
  const known = (vectors: RecordVectors) => (vectors.loss === undefined || Number.isNaN(vectors.loss) ? null : vectors.loss);
  const own = known(main);
  if (!rejected || own === null) return own;
  const other = known(rejected);
  return other === null ? null : own - other;
}
