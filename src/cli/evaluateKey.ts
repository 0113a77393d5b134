import { auroc, bootstrapAuroc, middle95, residualise } from '../core/probe';
import { decidingScore } from '../core/report';
import type { AuditSummary, Estimate, RowScore } from '../core/types';
import type { AuditResult } from '../protocol';
import type { Key } from './key';
import { type KeyedRow, matchKey } from './keyedRows';

const resamples = 1000;
const seed = 'persona-lens key';

/** What a ranking of the keyed rows reaches. */
export interface RankingResult {
  name: string;
  role: 'deciding' | 'residualised' | 'probe' | 'text' | 'loss' | 'length';
  /** One a group, in the groups' order; null where it cannot be computed. */
  auroc: (Estimate | null)[];
}

/** Bad rows that are judged together: all of them, or one kind, against all good rows. */
export interface KeyGroup {
  name: string;
  bad: number;
  /** 97.5th percentile of |AUROC - .5| + .5 over null probes; null without null scores. */
  nullBand: number | null;
  /** Share of bad rows found where 1 % and 5 % of good rows are taken for bad. */
  truePositives: { at1: number; at5: number };
  /** Calibrated only. */
  flagged: { flagged: number; missed: number } | null;
  found: 'found' | 'not found' | 'reversed' | 'unknown';
}

export interface KeyEvaluation {
  good: number;
  bad: number;
  unkeyed: number;
  faults: string[];
  groups: KeyGroup[];
  rankings: RankingResult[];
  /** Good rows that were flagged, of those that could be; null where nothing is calibrated. */
  falseFlags: { flagged: number; of: number } | null;
}

/** How well an audit's default probe, and what stands beside it, puts the rows that a key calls bad above those it calls good. */
export function evaluateKey(key: Key, { rows, summary, nullScores }: AuditResult): KeyEvaluation {
  const { keyed, faults, unkeyed } = matchKey(key, rows, summary.problems);
  const good = keyed.filter(({ entry }) => entry.label === 'good');
  const bad = keyed.filter(({ entry }) => entry.label === 'bad');
  const groupRows = good.length === 0 || bad.length === 0 ? [] : groupsOf(bad).map(({ name, rows: members }) => ({ name, bad: members, all: [...good, ...members] }));
  const score = ({ row }: KeyedRow) => decidingScore(row, summary)?.value ?? NaN;
  const rankings = rankingsOf(keyed, summary).map(({ values, ...ranking }): RankingResult => {
    const valueOf = new Map(keyed.map((row, i) => [row, values[i]!]));
    return { ...ranking, auroc: groupRows.map(({ name, all }) => estimate(all, (row) => valueOf.get(row)!, `${ranking.name}/${name}`)) };
  });
  const deciding = rankings.find(({ role }) => role === 'deciding');
  return {
    good: good.length,
    bad: bad.length,
    unkeyed,
    faults,
    groups: groupRows.map(({ name, bad: members, all }, i) => {
      const nullBand = nullScores ? nullBandOf(all, nullScores) : null;
      return {
        name,
        bad: members.length,
        nullBand,
        truePositives: { at1: truePositiveRate(good, members, score, 0.01), at5: truePositiveRate(good, members, score, 0.05) },
        flagged: summary.chance ? countFlagged(members) : null,
        found: findingOf(deciding?.auroc[i] ?? null, nullBand),
      };
    }),
    rankings,
    falseFlags: summary.chance ? { flagged: good.filter(({ row }) => row.flagged).length, of: good.filter(({ row }) => !isOrdinary(row)).length } : null,
  };
}

/** All bad rows, then each kind where the key names more than one. */
function groupsOf(bad: KeyedRow[]): { name: string; rows: KeyedRow[] }[] {
  const kinds = new Map<string, KeyedRow[]>();
  for (const row of bad) {
    const kind = row.entry.kind ?? 'no kind';
    kinds.set(kind, [...(kinds.get(kind) ?? []), row]);
  }
  const named = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, rows]) => ({ name, rows }));
  const all = { name: 'all bad', rows: bad };
  if (named.length > 1) return [all, ...named];
  return bad.every(({ entry }) => entry.kind === null) ? [all] : named;
}

function rankingsOf(keyed: KeyedRow[], summary: AuditSummary): (Omit<RankingResult, 'auroc'> & { values: ArrayLike<number> })[] {
  const { probe, measure } = summary.deciding;
  const own = keyed.map(({ row }) => decidingScore(row, summary)?.value ?? NaN);
  const losses = complete(keyed.map(({ row }) => row.loss));
  const lengths = keyed.map(({ row }) => row.responseTokens);
  const texts = complete(keyed.map(({ row }) => row.text?.value ?? null));
  const others = (keyed[0]?.row.scores ?? []).filter((score) => score.probe !== probe || score.measure !== measure);
  return [
    { name: probe, role: 'deciding', values: own },
    ...(losses ? [{ name: 'loss and length out', role: 'residualised' as const, values: residualise(own, [losses, lengths.map(Math.log)]) }] : []),
    ...others.map((other) => ({
      name: other.probe,
      role: 'probe' as const,
      values: keyed.map(({ row }) => row.scores.find((score) => score.probe === other.probe && score.measure === other.measure)?.value ?? NaN),
    })),
    ...(texts ? [{ name: 'TF-IDF', role: 'text' as const, values: texts }] : []),
    ...(losses ? [{ name: 'loss', role: 'loss' as const, values: losses }] : []),
    { name: 'length', role: 'length', values: lengths },
  ];
}

function complete(values: (number | null)[]): number[] | null {
  return values.every((value) => value !== null) ? values : null;
}

/** AUROC with a 95 % interval from drawing rows with replacement. */
function estimate(rows: KeyedRow[], value: (row: KeyedRow) => number, name: string): Estimate | null {
  const scores = rows.map(value);
  if (scores.some((score) => !Number.isFinite(score))) return null;
  return bootstrapAuroc([{ scores, bad: labels(rows), group: rows.map((_, i) => String(i)) }], { seed: `${seed}/${name}`, resamples });
}

function nullBandOf(rows: KeyedRow[], { count, values }: NonNullable<AuditResult['nullScores']>): number | null {
  if (count === 0) return null;
  const bad = labels(rows);
  const distances = Float64Array.from({ length: count }, (_, j) => {
    return Math.abs(auroc(rows.map(({ at }) => values[at * count + j]!), bad) - 0.5) + 0.5;
  });
  return middle95(distances)[1];
}

const labels = (rows: KeyedRow[]): number[] => rows.map(({ entry }) => (entry.label === 'bad' ? 1 : 0));

/** Bad rows above the threshold that lets at most `rate` of the good rows through. */
function truePositiveRate(good: KeyedRow[], bad: KeyedRow[], score: (row: KeyedRow) => number, rate: number): number {
  const descending = good.map(score).sort((a, b) => b - a);
  const threshold = descending[Math.floor(rate * good.length + 1e-9)]!;
  return bad.filter((row) => score(row) > threshold).length / bad.length;
}

function countFlagged(rows: KeyedRow[]): { flagged: number; missed: number } {
  const flagged = rows.filter(({ row }) => row.flagged).length;
  return { flagged, missed: rows.length - flagged };
}

const isOrdinary = ({ reasons }: RowScore): boolean => reasons.some(({ code }) => code === 'in-ordinary-rows');

/** Found only where the interval is above one half and the area beyond what null probes reach. */
function findingOf(area: Estimate | null, nullBand: number | null): KeyGroup['found'] {
  if (!area) return 'unknown';
  const withinNulls = nullBand !== null && Math.abs(area.value - 0.5) + 0.5 <= nullBand;
  if ((area.low <= 0.5 && area.high >= 0.5) || withinNulls) return 'not found';
  return area.value > 0.5 ? 'found' : 'reversed';
}
