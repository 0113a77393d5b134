import { benjaminiHochberg, percentileOf } from '../../core/calibrate';
import type { RowScore, Score, SideScore } from '../../core/types';
import type { Fault } from '../../protocol';
import { previewOf } from '../rowText';
import { type ScoringContext, kindOf } from './context';
import { type ScoredRow, latentShifts, pOf, probeScore, turnScores } from './entry';
import { type FoundMarks, type RowMarks, marksOf } from './marks';
import { reasonsFor } from './reasons';

/** What a row's place among the others adds to its own numbers, and what passes after its scores found. */
export interface Standing {
  /** 1 is the most unusual. */
  rank: number;
  /** By probe; null while not all rows are scored. */
  q: (number | null)[] | null;
  flagged: boolean;
  loss: number | null;
  marks: RowMarks | undefined;
  /** What could not be computed for it. */
  faults: readonly Fault[] | undefined;
}

/** Rows as the views see them. A row that did not change is the same object: whoever was told of it need not be told again. */
export class RowScores {
  private readonly made = new Map<number, { standing: Standing; score: RowScore }>();

  get(entry: ScoredRow, standing: Standing, context: ScoringContext): RowScore {
    const before = this.made.get(entry.row.index);
    if (before && isSame(before.standing, standing)) return before.score;
    const score = rowScore(entry, standing, context);
    this.made.set(entry.row.index, { standing, score });
    return score;
  }

  delete(index: number): void {
    this.made.delete(index);
  }

  clear(): void {
    this.made.clear();
  }
}

/** A row's other numbers never change. */
function isSame(a: Standing, b: Standing): boolean {
  const sameQ = a.q === b.q || (a.q !== null && b.q !== null && a.q.every((q, probe) => q === b.q![probe]));
  return a.rank === b.rank && sameQ && a.flagged === b.flagged && a.loss === b.loss && a.marks === b.marks && a.faults === b.faults;
}

/** Benjamini-Hochberg over the rows that are not themselves ordinary rows, one list of q a row, in the probes' order; null for a probe that has not scored them all. */
export function qValues(entries: readonly ScoredRow[], context: ScoringContext): Map<number, (number | null)[]> {
  const judged = entries.filter(({ p, inOrdinary }) => p !== null && !inOrdinary);
  const perProbe = context.probes.map((_, i) => {
    const p = judged.map(({ row, values }) => pOf(row, values, i, context)).filter((value) => value !== null);
    return p.length === judged.length ? benjaminiHochberg(p) : null;
  });
  return new Map(judged.map(({ row }, r) => [row.index, perProbe.map((q) => q?.[r] ?? null)]));
}

function rowScore(entry: ScoredRow, { rank, q, flagged, loss, marks, faults }: Standing, context: ScoringContext): RowScore {
  const { row, values } = entry;
  const { probes, deciding, backgrounds } = context;
  const background = backgrounds[kindOf(row)];
  const scores = probes.flatMap(({ probe }, i): Score[] => {
    const score = probeScore(entry, i, context);
    return score ? [{ probe: probe.id, measure: probe.measure, ...score, q: q?.[i] ?? null }] : [];
  });
  const level = entry.p === null ? 'ranked' : 'calibrated';
  const lossPercentile = loss === null ? null : percentileOf(background.losses, loss);
  const side = (value: number, found: FoundMarks | null | undefined): SideScore => ({ value, percentile: percentileOf(backgrounds.single.probes[deciding]!.sorted, value), ...marksOf(found) });
  return {
    index: row.index,
    line: row.line,
    range: row.range,
    hash: row.main.record.hash,
    tokens: values.tokens,
    responseTokens: values.responseTokens,
    scores,
    ...marksOf(marks?.main),
    ...(values.sides ? { sides: { chosen: side(values.sides.chosen, marks?.main), rejected: side(values.sides.rejected, marks?.rejected) } } : {}),
    perTurn: turnScores(entry, context),
    loss,
    lossPercentile,
    text: values.text === null ? null : { value: values.text, percentile: percentileOf(background.texts, values.text) },
    latents: latentShifts(entry, context),
    rank,
    flagged,
    level,
    reasons: reasonsFor({ entry, deciding: scores[0]!, level, referenceRows: background.rows, probeName: probes[deciding]!.probe.name, lossPercentile, singleToken: marks?.main.singleToken ?? false, faults: faults ?? [] }),
    preview: previewOf(row.main.record),
  };
}
