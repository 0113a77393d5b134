import type { AuditProgress, AuditStage } from '../protocol';

/** Rows a second and time left of one stage. */
export class StageClock {
  private readonly start = performance.now();

  constructor(readonly stage: AuditStage) {}

  /** @param ran rows that the model was run for in this stage: rows from the cache say nothing about its speed */
  progress(done: number, total: number, ran: number): AuditProgress {
    const seconds = (performance.now() - this.start) / 1000;
    const rowsPerSecond = ran > 0 && seconds > 0 ? ran / seconds : null;
    return { stage: this.stage, done, total, rowsPerSecond, secondsLeft: rowsPerSecond ? (total - done) / rowsPerSecond : null };
  }

  get seconds(): number {
    return (performance.now() - this.start) / 1000;
  }
}
