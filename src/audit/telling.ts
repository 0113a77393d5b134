import type { RowScore } from '../core/types';
import type { AuditEvent, AuditStage, NoticeCode } from '../protocol';
import { StageClock } from './clock';

/** What an audit says on its way to whoever asked for it. */
export class Telling {
  /** All rows have been told with the ranks that they keep. */
  stands = false;

  constructor(
    readonly emit: (event: AuditEvent) => void,
    /** Whoever asked shows the rows of the last audit until this one's ranking stands. */
    private readonly again: boolean,
  ) {}

  stage(stage: AuditStage): void {
    this.emit({ type: 'progress', progress: { stage, done: 0, total: 0, rowsPerSecond: null, secondsLeft: null } });
  }

  /** Progress of a stage that begins now. */
  progress(stage: AuditStage): { clock: StageClock; onProgress: (done: number, total: number, ran: number) => void } {
    const clock = new StageClock(stage);
    return { clock, onProgress: (done, total, ran) => this.emit({ type: 'progress', progress: clock.progress(done, total, ran) }) };
  }

  notice(code: NoticeCode, message: string): void {
    this.emit({ type: 'notice', notice: { code, message } });
  }

  /** Rows before the end, where whoever asked has not got them from the last audit. */
  rows(rows: () => RowScore[]): void {
    if (!this.again || this.stands) this.emit({ type: 'rows', rows: rows() });
  }
}
