import { Emitter } from '../../base/emitter';
import type { Disposable } from '../../base/disposable';
import type { AuditSummary, EngineSummary, RecordMark, RowProblem, TeachResult } from '../../core/types';
import type { AuditEvent, AuditNotice, AuditProgress, AuditResult, AuditStage } from '../../protocol';
import type { CharAt, TextChange } from './edits';
import type { RankedRows } from '../words/lens';
import { nothingTaught, type TaughtView, viewOf } from '../words/taught';
import { PlacedRows } from './placedRows';

/** Stages that begin once every row has its place in the ranking. */
const ranked: readonly AuditStage[] = ['spans', 'losses', 'pushes', 'scoring'];

export type AuditState = 'running' | 'done' | 'cancelled' | 'failed';

/** What changed about an audited file: its scores and places, how far its audit is, what it met on the way, or which audit state it is in. */
export type AuditedFileChange = 'rows' | 'standing' | 'edit' | 'problems' | 'progress' | 'notice' | 'marks' | 'state';

/**
 * The score cache of one document: what providers read. It follows the audit's events and the document's edits, and never
 * mixes two keys: an audit under other settings begins with empty rows, one under the same settings keeps them until it ends.
 */
export class AuditedFile implements Disposable {
  private readonly changed = new Emitter<AuditedFileChange>();
  readonly onDidChange = this.changed.event;
  readonly rows: PlacedRows;

  state: AuditState = 'running';
  problems: readonly RowProblem[] = [];
  /** Rows with and without problems; null until the file was read. */
  rowCount: number | null = null;
  engine: EngineSummary | null = null;
  progress: AuditProgress | null = null;
  /** What the last audit met and went on from: one of a code, the newest last. */
  notices: readonly AuditNotice[] = [];
  /** Of the last audit whose ranking stood; null while the rows belong to one whose does not. */
  summary: AuditSummary | null = null;
  /** Ranks are over all rows: not before the last row was read. */
  ranksKnown = false;
  /** What the curator said of the rows, and the probe that was taught on it. */
  taught: TaughtView = nothingTaught;
  /** What failed, for people. */
  failure: string | null = null;

  private settingsKey: string | undefined;
  /** The rows shown are of the last audit and stay until the running one's ranking stands. */
  keepsRows = false;
  /** Edits since the running audit took its text. */
  private sinceStart: TextChange[] = [];

  constructor(charAt: CharAt) {
    this.rows = new PlacedRows(charAt);
  }

  /** The rows as words and places are made of them. */
  ranked(): RankedRows {
    return { rows: this.rows.all(), ranksKnown: this.ranksKnown, summary: this.summary, taught: this.taught };
  }

  /** Whether what is shown was computed with these settings. */
  isUnder(settingsKey: string): boolean {
    return this.settingsKey === settingsKey;
  }

  begin(settingsKey: string): void {
    this.keepsRows = this.isUnder(settingsKey) && this.summary !== null;
    if (!this.keepsRows) {
      this.rows.clear();
      this.summary = null;
      this.rowCount = null;
      this.ranksKnown = false;
      this.taught = viewOf(this.taught.marks, null);
    }
    this.settingsKey = settingsKey;
    this.sinceStart = [];
    this.progress = null;
    this.failure = null;
    this.notices = [];
    this.setState('running');
  }

  accept(event: AuditEvent): void {
    switch (event.type) {
      case 'read':
        this.rowCount = event.rows;
        this.problems = event.problems;
        return this.changed.fire('problems');
      case 'engine':
        this.engine = event.engine;
        return this.changed.fire('progress');
      case 'progress':
        this.progress = event.progress;
        // Known ranks are lost when the engine was started again: rows are gathered anew.
        this.ranksKnown = this.keepsRows || ranked.includes(event.progress.stage);
        return this.changed.fire('progress');
      case 'notice':
        return this.note(event.notice);
      case 'rows':
        if (this.keepsRows) return;
        this.rows.put(event.rows, this.sinceStart);
        return this.changed.fire('rows');
      case 'standing':
        this.take(event);
        return this.changed.fire('standing');
      case 'summary':
        return; // it comes again with the result, together with its rows
    }
  }

  private note(notice: AuditNotice): void {
    const isNew = this.notices.every(({ code }) => code !== notice.code);
    this.notices = [...this.notices.filter(({ code }) => code !== notice.code), notice];
    if (isNew) this.changed.fire('notice');
  }

  finish(result: AuditResult): void {
    this.take(result);
    this.setState('done');
  }

  /** Whether the rows shown are those of the last audit's text, ranked among each other: what teaching starts from. */
  get stands(): boolean {
    return this.summary !== null && !this.keepsRows;
  }

  private take({ rows, summary }: Pick<AuditResult, 'rows' | 'summary'>): void {
    this.rows.clear();
    this.rows.put(rows, this.sinceStart);
    this.keepsRows = false;
    this.ranksKnown = true;
    this.summary = summary;
    this.engine = summary.engine;
    this.rowCount = summary.rows;
    this.problems = summary.problems;
    this.changed.fire('problems');
  }

  setMarks(marks: ReadonlyMap<string, RecordMark>): void {
    this.taught = viewOf(marks, this.taught.result);
    this.changed.fire('marks');
  }

  /** Takes what was taught on the marks; null where they are too few by now. */
  setTaught(result: TeachResult | null): void {
    this.taught = viewOf(this.taught.marks, result);
    this.changed.fire('edit');
  }

  cancelled(): void {
    this.setState('cancelled');
  }

  fail(message: string): void {
    this.failure = message;
    this.setState('failed');
  }

  /** Follows an edit of the document, which has been made already. */
  edit(changes: readonly TextChange[]): void {
    if (this.state === 'running') this.sinceStart.push(...changes);
    this.rows.edit(changes);
    this.changed.fire('edit');
  }

  /** Forgets scores that belong to other settings than those in force. */
  forget(): void {
    this.settingsKey = undefined;
    this.taught = viewOf(this.taught.marks, null);
    this.summary = null;
    this.ranksKnown = false;
    this.rows.clear();
    this.changed.fire('rows');
  }

  dispose(): void {
    this.changed.dispose();
  }

  private setState(state: AuditState): void {
    this.state = state;
    if (state !== 'running') this.progress = null;
    this.changed.fire('state');
  }
}
