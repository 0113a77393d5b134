import { ascending, chanceExpectation, conformalP, countBeyondNulls, histogramOf, quantile, verdictOf } from '../../core/calibrate';
import { spearman, unprovenWords } from '../../core/probe';
import type { AuditSummary, RowProblem } from '../../core/types';
import { type RowKind, type ScoringContext, kindOf } from './context';
import type { ScoredRow } from './entry';
import type { OrdinaryRows } from './ordinary';
import { type Scorer, alpha } from './scorer';

export interface SummaryInput {
  file: string;
  rows: number;
  problems: RowProblem[];
  scorer: Scorer;
  /** Ordinary rows at hand, also where they are too few to calibrate on. */
  ordinaryGiven: number;
}

type Judged = Pick<
  AuditSummary,
  'file' | 'rows' | 'scored' | 'problems' | 'level' | 'verdict' | 'verdictText' | 'advice' | 'deciding' | 'probes' | 'flagged' | 'chance' | 'beyondReference' | 'alternatives' | 'histogram'
>;

/** The file as a whole: what was flagged against what chance gives, what nulls and the cheap alternatives reach. */
export function summarise({ file, rows, problems, scorer, ordinaryGiven }: SummaryInput): Judged {
  const ranked = scorer.ranked();
  const { context } = scorer;
  const { card, deciding, backgrounds } = context;
  const pairs = ranked.filter(({ row }) => kindOf(row) === 'pair').length;
  const kind: RowKind = pairs > ranked.length / 2 ? 'pair' : 'single';
  const ordinary = context.ordinary[kind];
  const background = backgrounds[kind].probes[deciding]!;
  const judged = ranked.filter(({ p, inOrdinary }) => p !== null && !inOrdinary);
  const flaggedRows = judged.filter(({ p }) => p! <= alpha);
  const chance = ordinary ? chanceExpectation({ n: ordinary.n, m: judged.length, alpha, flagged: flaggedRows.length }) : null;
  const { probe } = context.probes[deciding]!;
  const verdict = verdictOf({ level: scorer.level(), scored: ranked.length, ordinaryRows: ordinaryGiven, flagged: flaggedRows.length, chance, unproven: unprovenWords(probe) });
  const values = ranked.map((entry) => entry.value);
  return {
    file,
    rows,
    scored: ranked.length,
    problems,
    level: scorer.level(),
    verdict: verdict.verdict,
    verdictText: verdict.text,
    advice: verdict.advice,
    deciding: { probe: card.default.probe, measure: card.default.measure, ...(probe.kind === 'taught' ? { taught: probe.taught } : {}) },
    probes: context.probes.map(({ probe: { id, name, measure } }) => ({ id, name, measure })),
    flagged: flaggedRows.length,
    chance,
    beyondReference: background.sorted.length ? beyondReference(ranked, background, context) : null,
    alternatives: alternatives(ranked, flaggedRows, ordinary, scorer),
    histogram: histogramOf({ rows: values, reference: background.sorted, ordinary: ordinary?.deciding ?? null }),
  };
}

function beyondReference(ranked: readonly ScoredRow[], { sorted, nullThresholds }: { sorted: Float64Array; nullThresholds: Float64Array }, { probes, deciding }: ScoringContext): AuditSummary['beyondReference'] {
  const threshold = quantile(sorted, 0.95);
  return {
    count: ranked.filter((entry) => entry.value > threshold).length,
    ...countBeyondNulls(ranked.map(({ values }) => values.decidingBeyond), nullThresholds.length),
    nullKind: probes[deciding]!.probe.nulls.kind,
  };
}

/** How the deciding score stands to the loss, the text classifier and the length on the same rows. */
function alternatives(ranked: readonly ScoredRow[], flagged: ScoredRow[], ordinary: OrdinaryRows | null, scorer: Scorer): AuditSummary['alternatives'] {
  const columns = {
    loss: column(ranked, ({ row }) => scorer.lossOf(row)),
    text: column(ranked, ({ values }) => values.text),
    length: column(ranked, ({ values }) => values.responseTokens),
  };
  const scores = ranked.map((entry) => entry.value);
  const correlation = (values: number[] | null) => (values && values.length > 2 ? spearman(scores, values) : null);
  const of = flagged.length || Math.max(1, Math.round(ranked.length / 10));
  const isTop = flagged.length ? new Set(flagged) : new Set(ranked.slice(0, of));
  const top = new Set(ranked.flatMap((entry, i) => (isTop.has(entry) ? [i] : [])));
  const flags = (values: number[] | null, own: Float64Array | undefined) =>
    values && own?.length ? values.filter((value, i) => !ranked[i]!.inOrdinary && conformalP(own, value) <= alpha).length : null;
  return {
    lossCorrelation: correlation(columns.loss),
    textCorrelation: correlation(columns.text),
    lengthCorrelation: correlation(columns.length),
    topShared: { loss: shared(columns.loss, top), text: shared(columns.text, top), length: shared(columns.length, top), of },
    flagged: ordinary && {
      loss: flags(columns.loss, ordinary.losses),
      text: flags(columns.text, ordinary.texts),
      length: flags(columns.length, ordinary.lengths),
    },
  };
}

/** A value of every row, or null where one row has none yet. */
function column(ranked: readonly ScoredRow[], read: (entry: ScoredRow) => number | null): number[] | null {
  const values = ranked.map(read).filter((value) => value !== null);
  return values.length === ranked.length ? values : null;
}

/** How many of the given rows are also among the as many highest by another value. */
function shared(values: number[] | null, top: ReadonlySet<number>): number | null {
  if (!values || !top.size) return null;
  const threshold = ascending(values)[values.length - top.size]!;
  return [...top].filter((row) => values[row]! >= threshold).length;
}
