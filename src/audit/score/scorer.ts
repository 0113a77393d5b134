import { benjaminiHochberg, levelFor, percentileOf } from '../../core/calibrate';
import type { Level, RecordVectors, RowScore, RowVectors, Score, SideScore } from '../../core/types';
import type { Fault } from '../../protocol';
import type { AuditRow } from '../rows';
import { placedAt, rowKey } from '../scoreMemory';
import { lossOf } from './background';
import { type RowKind, type ScoredRow, type ScoringContext, fillScores, kindOf, scoreEntries } from './entry';
import { type FoundMarks, type RowMarks, marksOf } from './marks';
import { reasonsFor } from './reasons';

/** Rows with p at or under this are flagged. */
export const alpha = 0.05;

/** Scores of a file's rows, growing as vectors and losses come. */
export class Scorer {
  private readonly entries = new Map<number, ScoredRow>();
  private readonly marks = new Map<number, RowMarks>();
  private readonly faults = new Map<number, Fault[]>();

  constructor(
    public context: ScoringContext,
    /** Rows that were scored before in the same context, by their key. */
    private readonly known: ReadonlyMap<string, ScoredRow> = new Map(),
  ) {}

  /**
   * Takes the ordinary rows anew, once more has been computed for them: scores under a probe that could not read them before are
   * taken back, for `refresh` to give them with their p.
   */
  recalibrate(ordinary: ScoringContext['ordinary']): void {
    const before = this.context.ordinary;
    this.context = { ...this.context, ordinary };
    for (const { row, scores } of this.entries.values()) {
      const kind = kindOf(row);
      ordinary[kind]?.probes.forEach((own, i) => {
        if (own && !before[kind]?.probes[i]) scores[i] = null;
      });
    }
  }

  /** Scores rows whose vectors are known; rows that were added before are left alone. */
  add(rows: AuditRow[], vectors: ReadonlyMap<string, RecordVectors>): void {
    const fresh = rows.filter(({ index }) => !this.entries.has(index));
    const unknown = fresh.filter((row) => {
      const kept = this.known.get(rowKey(row));
      if (kept) this.entries.set(row.index, placedAt(kept, row));
      return !kept;
    });
    for (const entry of scoreEntries(unknown, vectors, this.context)) this.entries.set(entry.row.index, entry);
  }

  /** Scores rows under the probes that read what has been computed since they were added. */
  refresh(rows: AuditRow[]): void {
    const entries = rows.map(({ index }) => this.entries.get(index)).filter((entry) => entry !== undefined);
    for (const kind of ['single', 'pair'] as const) fillScores(entries.filter(({ row }) => kindOf(row) === kind), kind, this.context);
  }

  /** Takes what the token pass found in a row. */
  mark({ index }: AuditRow, marks: RowMarks): void {
    this.marks.set(index, marks);
  }

  /** Takes what could not be computed for a row; its score stands. */
  lack({ index }: AuditRow, fault: Fault): void {
    this.faults.set(index, [...(this.faults.get(index) ?? []), fault]);
  }

  /** The rows to review, most unusual first: flagged ones, and of rows without calibration the first `top` of the ranking. */
  toReview(top: number): AuditRow[] {
    return this.ranked()
      .filter((entry, i) => (entry.deciding.p !== null ? this.isFlagged(entry) : i < top))
      .map(({ row }) => row);
  }

  /** Forgets a row that turned out to be a problem after all. */
  remove(row: AuditRow): void {
    this.entries.delete(row.index);
    this.marks.delete(row.index);
  }

  /** Rows so far, most unusual first. */
  ranked(): ScoredRow[] {
    return [...this.entries.values()].sort((a, b) => b.deciding.value - a.deciding.value || a.row.index - b.row.index);
  }

  /** The level that most rows of the file have. */
  level(): Level {
    const kinds = { single: 0, pair: 0 };
    for (const { row } of this.entries.values()) kinds[kindOf(row)]++;
    const kind: RowKind = kinds.pair > kinds.single ? 'pair' : 'single';
    return levelFor(this.context.ordinary[kind]?.n ?? 0).level;
  }

  /**
   * Rows as the views see them, in file order.
   * @param options.complete every row of the file has been added: only then are there q values
   * @param options.only leave out other rows; ranks are over all
   */
  rows({ complete, only }: { complete: boolean; only?: AuditRow[] }): RowScore[] {
    const ranked = this.ranked();
    const q = complete ? this.qValues(ranked) : null;
    const wanted = only && new Set(only.map(({ index }) => index));
    const rows: RowScore[] = [];
    ranked.forEach((entry, i) => {
      if (!wanted || wanted.has(entry.row.index)) rows.push(this.rowScore(entry, i + 1, q?.get(entry.row.index) ?? null));
    });
    return rows.sort((a, b) => a.index - b.index);
  }

  /** Scores under the deciding probe's null probes, `[rows, count]`, rows in file order. */
  nullScores(): { count: number; values: Float32Array } {
    const entries = [...this.entries.values()].sort((a, b) => a.row.index - b.row.index);
    const count = entries[0]?.decidingNulls.length ?? 0;
    const values = new Float32Array(entries.length * count);
    entries.forEach(({ decidingNulls }, r) => values.set(decidingNulls, r * count));
    return { count, values };
  }

  /** Vectors of the rows, in file order. */
  rowVectors(): RowVectors[] {
    return [...this.entries.values()].sort((a, b) => a.row.index - b.row.index).map(({ vectors }) => vectors);
  }

  /** Benjamini-Hochberg over the rows that are not themselves ordinary rows, one list of q a row, in the probes' order; null for a probe that has not scored them all. */
  private qValues(entries: ScoredRow[]): Map<number, (number | null)[]> {
    const judged = entries.filter((entry) => entry.deciding.p !== null && !entry.inOrdinary);
    const perProbe = this.context.probes.map((_, i) => {
      const p = judged.map(({ scores }) => scores[i]?.p ?? null).filter((value) => value !== null);
      return p.length === judged.length ? benjaminiHochberg(p) : null;
    });
    return new Map(judged.map(({ row }, r) => [row.index, perProbe.map((q) => q?.[r] ?? null)]));
  }

  private isFlagged({ deciding: { p }, inOrdinary }: ScoredRow): boolean {
    return p !== null && p <= alpha && !inOrdinary;
  }

  private rowScore(entry: ScoredRow, rank: number, q: (number | null)[] | null): RowScore {
    const { row, vectors } = entry;
    const { probes, deciding, backgrounds } = this.context;
    const background = backgrounds[kindOf(row)];
    const scores = probes.flatMap(({ probe }, i): Score[] => {
      const score = entry.scores[i];
      return score ? [{ probe: probe.id, measure: probe.measure, ...score, q: q?.[i] ?? null }] : [];
    });
    const level = entry.deciding.p === null ? 'ranked' : 'calibrated';
    const loss = lossOf(vectors);
    const lossPercentile = loss === null ? null : percentileOf(background.losses, loss);
    const marks = this.marks.get(row.index);
    return {
      index: row.index,
      line: row.line,
      range: row.range,
      hash: row.main.record.hash,
      tokens: vectors.main.tokens,
      responseTokens: vectors.main.responseTokens,
      scores,
      ...marksOf(marks?.main),
      ...(entry.sides ? { sides: { chosen: this.sideScore(entry.sides.chosen, marks?.main), rejected: this.sideScore(entry.sides.rejected, marks?.rejected) } } : {}),
      perTurn: entry.perTurn,
      loss,
      lossPercentile,
      text: entry.text,
      latents: entry.latents,
      rank,
      flagged: this.isFlagged(entry),
      level,
      reasons: reasonsFor({ entry, deciding: scores[0]!, level, referenceRows: background.rows, probeName: probes[deciding]!.probe.name, lossPercentile, singleToken: marks?.main.singleToken ?? false, faults: this.faults.get(row.index) ?? [] }),
      preview: entry.preview,
    };
  }

  private sideScore(value: number, marks: FoundMarks | null | undefined): SideScore {
    const { deciding, backgrounds } = this.context;
    return { value, percentile: percentileOf(backgrounds.single.probes[deciding]!.sorted, value), ...marksOf(marks) };
  }
}
