import { compareWithNulls, conformalP, percentileOf } from '../../core/calibrate';
import { type ReadyProbe, nullCount } from '../../core/probe';
import type { LatentShift, NullComparison, PersonaCard, RecordVectors, RowVectors, TurnScore } from '../../core/types';
import { previewOf, textOf } from '../rowText';
import type { AuditRow } from '../rows';
import { type Background, scoreRow, scoreRowNulls } from './background';
import { type OrdinaryRows, textScore } from './ordinary';

export type RowKind = 'single' | 'pair';

export const kindOf = (row: AuditRow): RowKind => (row.rejected ? 'pair' : 'single');

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

/** A row's numbers, as far as they do not depend on the other rows. */
export interface ScoredRow {
  row: AuditRow;
  vectors: RowVectors;
  /** Score under each probe. */
  values: number[];
  percentiles: number[];
  /** Conformal p under each probe, or null. */
  p: number[] | null;
  nulls: NullComparison[];
  /** Scores under the deciding probe's null probes. */
  decidingNulls: Float64Array;
  text: { value: number; percentile: number } | null;
  perTurn: TurnScore[];
  latents: LatentShift[];
  /** Values of a pair's sides under the deciding probe. */
  sides: { chosen: number; rejected: number } | null;
  inOrdinary: boolean;
  preview: { prompt: string; response: string };
}

export function scoreEntries(rows: AuditRow[], vectors: ReadonlyMap<string, RecordVectors>, context: ScoringContext): ScoredRow[] {
  return (['single', 'pair'] as const).flatMap((kind) => {
    const ofKind = rows.filter((row) => kindOf(row) === kind);
    return ofKind.length ? scoreKind(ofKind, kind, vectors, context) : [];
  });
}

function scoreKind(rows: AuditRow[], kind: RowKind, vectors: ReadonlyMap<string, RecordVectors>, context: ScoringContext): ScoredRow[] {
  const { probes, deciding } = context;
  const background = context.backgrounds[kind];
  const ordinary = context.ordinary[kind];
  const rowVectors = rows.map(({ main, rejected }) => ({
    main: vectors.get(main.record.hash)!,
    rejected: rejected ? vectors.get(rejected.record.hash)! : null,
    response: textOf(main.record).response,
    rejectedResponse: rejected && textOf(rejected.record).response,
  }));
  const nullScores = probes.map((probe) => scoreRowNulls(probe, rowVectors));
  const nullsOf = (probe: number, row: number) => {
    const count = nullCount(probes[probe]!);
    return nullScores[probe]!.subarray(row * count, (row + 1) * count);
  };
  return rows.map((row, r) => {
    const values = probes.map((probe) => scoreRow(probe, rowVectors[r]!));
    return {
      row,
      vectors: rowVectors[r]!,
      values,
      percentiles: values.map((value, i) => percentileOf(background.probes[i]!.sorted, value)),
      p: ordinary && values.map((value, i) => conformalP(ordinary.probes[i]!, value)),
      nulls: probes.map(({ probe }, i) => compareWithNulls(probe.nulls, nullsOf(i, r), background.probes[i]!.nullThresholds)),
      decidingNulls: nullsOf(deciding, r).slice(),
      text: scoreTextOf(row, background, context),
      perTurn: turnScores(row, rowVectors[r]!.main, context, background),
      latents: Object.values(rowVectors[r]!.main.latents).flatMap((means) => background.latents.strongest(means, context.latentNames)),
      sides: rowVectors[r]!.rejected && {
        chosen: scoreRow(probes[deciding]!, { ...rowVectors[r]!, rejected: null }),
        rejected: scoreRow(probes[deciding]!, { main: rowVectors[r]!.rejected!, rejected: null, response: rowVectors[r]!.rejectedResponse!, rejectedResponse: null }),
      },
      inOrdinary: ordinary?.hashes.has(row.main.record.hash) ?? false,
      preview: previewOf(row.main.record),
    };
  });
}

function scoreTextOf({ main, rejected }: AuditRow, background: Background, { scoreText }: ScoringContext) {
  if (!scoreText) return null;
  const value = textScore(scoreText, textOf(main.record).response, rejected && textOf(rejected.record).response);
  return { value, percentile: percentileOf(background.texts, value) };
}

/** Each response turn under the deciding probe; empty where the row has one. */
function turnScores({ main }: AuditRow, vectors: RecordVectors, { probes, deciding }: ScoringContext, background: Background): TurnScore[] {
  const probe = probes[deciding]!;
  if (probe.kind !== 'linear') return [];
  return vectors.perTurn.map(({ turn, activation, responseTokens }) => {
    const value = scoreRow(probe, { main: { ...vectors, activation, responseTokens }, rejected: null, response: main.record.turns[turn]!.text, rejectedResponse: null });
    return { turn, range: main.record.turns[turn]!.range, value, percentile: percentileOf(background.probes[deciding]!.sorted, value) };
  });
}
