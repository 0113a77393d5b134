import { levelFor } from '../../core/calibrate';
import type { Level, RecordVectors, RowScore, RowValues } from '../../core/types';
import type { Fault } from '../../protocol';
import type { KeyedValues, PushScores } from '../../store';
import type { AuditRow } from '../rows';
import { type RowKind, type ScoringContext, kindOf } from './context';
import { type ScoredRow, entryOf } from './entry';
import { lossOfRow, scoreRowNulls } from './background';
import type { RowMarks } from './marks';
import { type Standing, RowScores, qValues } from './rowScores';
import { fillValues, isLate, valuesOf, vectorsOfRow } from './values';

/** Rows with p at or under this are flagged. */
export const alpha = 0.05;

/** Scores of a file's rows, growing as vectors and losses come. */
export class Scorer {
  private readonly entries = new Map<number, ScoredRow>();
  private readonly marks = new Map<number, RowMarks>();
  private readonly faults = new Map<number, Fault[]>();
  private readonly late: number[];
  private readonly shown = new RowScores();
  private fresh: KeyedValues[] = [];
  private pushed = new Map<string, PushScores>();
  private order: ScoredRow[] | null = null;
  private q: ReturnType<typeof qValues> | null = null;

  constructor(
    public context: ScoringContext,
    /** Rows whose numbers are known under the same ScoreKey, by their key. */
    private readonly known: ReadonlyMap<string, RowValues> = new Map(),
    /** Mean NLL a response token by record, growing. */
    private readonly losses: ReadonlyMap<string, number> = new Map(),
  ) {
    const { probes, deciding } = context;
    this.late = probes.flatMap((probe, i) => (isLate(probe, probes[deciding]!) ? [i] : []));
  }

  /** Takes the ordinary rows anew, once more has been computed for them. */
  recalibrate(ordinary: ScoringContext['ordinary']): void {
    this.context = { ...this.context, ordinary };
    this.q = null;
    this.shown.clear();
  }

  /** Scores rows that are known or whose vectors are; rows that were added before are left alone. */
  add(rows: AuditRow[], vectors: ReadonlyMap<string, RecordVectors>): void {
    const added = rows.filter(({ index }) => !this.entries.has(index));
    const unknown = added.filter(({ key }) => !this.known.has(key));
    const computed = new Map(valuesOf(unknown, vectors, this.context).map((values, r) => [unknown[r]!.key, values]));
    for (const [hash, values] of computed) this.fresh.push({ hash, values });
    for (const row of added) this.entries.set(row.index, entryOf(row, this.known.get(row.key) ?? computed.get(row.key)!, this.context));
    this.changed();
  }

  /** Scores rows under the probes that read what has been computed since they were added. */
  refresh(rows: AuditRow[], vectors: ReadonlyMap<string, RecordVectors>): void {
    const lacking = this.entriesOf(rows.filter((row) => !this.isPushed(row)));
    fillValues(lacking.map(({ row, values }) => ({ kind: kindOf(row), values, vectors: vectorsOfRow(row, vectors) })), this.context);
    for (const { row, values: { values, beyond } } of lacking) this.pushed.set(row.key, { hash: row.key, values, beyond });
    this.q = null;
    for (const row of rows) this.shown.delete(row.index);
  }

  /** Whether a row has its scores under the probes on push. */
  isPushed({ index }: AuditRow): boolean {
    const values = this.entries.get(index)?.values.values;
    return values !== undefined && this.late.every((probe) => !Number.isNaN(values[probe]));
  }

  /** What has been computed since this was last asked. */
  takeFresh(): { scores: KeyedValues[]; pushed: PushScores[] } {
    const taken = { scores: this.fresh, pushed: [...this.pushed.values()] };
    this.fresh = [];
    this.pushed = new Map();
    return taken;
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
      .filter((entry, i) => (entry.p !== null ? this.isFlagged(entry) : i < top))
      .map(({ row }) => row);
  }

  /** Forgets a row that turned out to be a problem after all. */
  remove(row: AuditRow): void {
    this.entries.delete(row.index);
    this.marks.delete(row.index);
    this.changed();
  }

  /** Rows so far, most unusual first. */
  ranked(): readonly ScoredRow[] {
    this.order ??= [...this.entries.values()].sort((a, b) => b.value - a.value || a.row.index - b.row.index);
    return this.order;
  }

  /** Mean NLL a response token of a row, of a pair chosen minus rejected; null while it is not known. */
  lossOf({ main, rejected }: AuditRow): number | null {
    return lossOfRow(this.losses.get(main.record.hash), rejected && this.losses.get(rejected.record.hash));
  }

  /** The level that most rows of the file have. */
  level(): Level {
    const kinds = { single: 0, pair: 0 };
    for (const { row } of this.entries.values()) kinds[kindOf(row)]++;
    const kind: RowKind = kinds.pair > kinds.single ? 'pair' : 'single';
    return levelFor(this.context.ordinary[kind]?.n ?? 0).level;
  }

  /**
   * Rows as the views see them, in file order; one that did not change since it was last given is the same object.
   * @param options.complete every row of the file has been added: only then are there q values
   * @param options.only leave out other rows; ranks are over all
   */
  rows({ complete, only }: { complete: boolean; only?: AuditRow[] }): RowScore[] {
    const q = complete ? (this.q ??= qValues(this.ranked(), this.context)) : null;
    const wanted = only && new Set(only.map(({ index }) => index));
    const rows: RowScore[] = [];
    this.ranked().forEach((entry, i) => {
      if (!wanted || wanted.has(entry.row.index)) rows.push(this.shown.get(entry, this.standingOf(entry, i + 1, q), this.context));
    });
    return rows.sort((a, b) => a.index - b.index);
  }

  /** Scores under the deciding probe's null probes, `[rows, count]`, rows in file order. */
  nullScores(vectors: ReadonlyMap<string, RecordVectors>): { count: number; values: Float32Array } {
    const rows = this.inFileOrder();
    const values = ['single', 'pair'].map((kind) => rows.filter((row) => kindOf(row) === kind)).filter(({ length }) => length);
    const scored = new Map(values.flatMap((ofKind) => {
      const nulls = scoreRowNulls(this.context.probes[this.context.deciding]!, ofKind.map((row) => vectorsOfRow(row, vectors)));
      const count = nulls.length / ofKind.length;
      return ofKind.map((row, r) => [row.index, nulls.subarray(r * count, (r + 1) * count)] as const);
    }));
    const count = scored.values().next().value?.length ?? 0;
    const all = new Float32Array(rows.length * count);
    rows.forEach(({ index }, r) => all.set(scored.get(index)!, r * count));
    return { count, values: all };
  }

  /** Rows so far, in file order. */
  inFileOrder(): AuditRow[] {
    return [...this.entries.values()].map(({ row }) => row).sort((a, b) => a.index - b.index);
  }

  private standingOf(entry: ScoredRow, rank: number, q: Map<number, (number | null)[]> | null): Standing {
    return { rank, q: q?.get(entry.row.index) ?? null, flagged: this.isFlagged(entry), loss: this.lossOf(entry.row), marks: this.marks.get(entry.row.index), faults: this.faults.get(entry.row.index) };
  }

  private isFlagged({ p, inOrdinary }: ScoredRow): boolean {
    return p !== null && p <= alpha && !inOrdinary;
  }

  private entriesOf(rows: AuditRow[]): ScoredRow[] {
    return rows.map(({ index }) => this.entries.get(index)).filter((entry) => entry !== undefined);
  }

  private changed(): void {
    this.order = null;
    this.q = null;
  }
}
