import { compareWithNulls, conformalP, percentileOf } from '../../core/calibrate';
import { type ReadyProbe, nullCount } from '../../core/probe';
import type { LatentShift, NullComparison, PersonaCard, RecordVectors, RowVectors, TurnScore } from '../../core/types';
import { previewOf, textOf } from '../rowText';
import type { AuditRow } from '../rows';
import { type Background, canScore, scoreRow, scoreRowNulls } from './background';
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

/** A row under one probe. */
export interface ProbeScore {
  value: number;
  percentile: number;
  /** Conformal p, or null without ordinary rows that the probe can read. */
  p: number | null;
  nulls: NullComparison;
}

/** A row's numbers, as far as they do not depend on the other rows. */
export interface ScoredRow {
  row: AuditRow;
  vectors: RowVectors;
  deciding: ProbeScore;
  /** Under each probe; null while what it reads has not been computed. */
  scores: (ProbeScore | null)[];
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
  const rowVectors = rows.map(({ main, rejected }) => ({
    main: vectors.get(main.record.hash)!,
    rejected: rejected ? vectors.get(rejected.record.hash)! : null,
    response: textOf(main.record).response,
    rejectedResponse: rejected && textOf(rejected.record).response,
  }));
  const { scores: decidingScores, nulls } = scoreProbe(deciding, rowVectors, kind, context);
  const count = nullCount(probes[deciding]!);
  const entries = rows.map((row, r): ScoredRow => ({
    row,
    vectors: rowVectors[r]!,
    deciding: decidingScores[r]!,
    scores: probes.map((_, i) => (i === deciding ? decidingScores[r]! : null)),
    decidingNulls: nulls.slice(r * count, (r + 1) * count),
    text: scoreTextOf(row, background, context),
    perTurn: turnScores(row, rowVectors[r]!.main, context, background),
    latents: Object.values(rowVectors[r]!.main.latents).flatMap((means) => background.latents.strongest(means, context.latentNames)),
    sides: rowVectors[r]!.rejected && {
      chosen: scoreRow(probes[deciding]!, { ...rowVectors[r]!, rejected: null }),
      rejected: scoreRow(probes[deciding]!, { main: rowVectors[r]!.rejected!, rejected: null, response: rowVectors[r]!.rejectedResponse!, rejectedResponse: null }),
    },
    inOrdinary: context.ordinary[kind]?.hashes.has(row.main.record.hash) ?? false,
    preview: previewOf(row.main.record),
  }));
  fillScores(entries, kind, context);
  return entries;
}

/** Scores entries of one kind under the probes that could not read them before and can now. */
export function fillScores(entries: readonly ScoredRow[], kind: RowKind, context: ScoringContext): void {
  context.probes.forEach((probe, i) => {
    const ready = entries.filter(({ scores, vectors }) => scores[i] === null && canScore(probe, vectors));
    if (!ready.length) return;
    const { scores } = scoreProbe(i, ready.map(({ vectors }) => vectors), kind, context);
    ready.forEach((entry, r) => (entry.scores[i] = scores[r]!));
  });
}

/** Rows of one kind under one probe, and the scores under its null probes, `[rows, count]`. */
function scoreProbe(index: number, rows: readonly RowVectors[], kind: RowKind, { probes, backgrounds, ordinary }: ScoringContext): { scores: ProbeScore[]; nulls: Float64Array } {
  const ready = probes[index]!;
  const background = backgrounds[kind].probes[index]!;
  const own = ordinary[kind]?.probes[index];
  const nulls = scoreRowNulls(ready, rows);
  const count = nullCount(ready);
  const scores = rows.map((row, r): ProbeScore => {
    const value = scoreRow(ready, row);
    return {
      value,
      percentile: percentileOf(background.sorted, value),
      p: own ? conformalP(own, value) : null,
      nulls: compareWithNulls(ready.probe.nulls, nulls.subarray(r * count, (r + 1) * count), background.nullThresholds),
    };
  });
  return { scores, nulls };
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
