import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../base/errors';
import { EngineError } from '../engine/errors';
import type { BatchNotice, Fault, LineSpan, PassWork, SetAside } from '../protocol';
import { refusedWords } from './faultWords';
import { BatchQueue } from './queue';
import { type AuditRow, recordsOf } from './rows';

export interface PassHooks {
  /** Rows whose every record was run. */
  onRows(rows: AuditRow[]): void;
  /** Rows that lacked nothing. */
  onReady?(rows: AuditRow[]): void;
  onProgress(done: number, total: number, ran: number): void;
  signal?: AbortSignal | undefined;
}

/** What a pass does about rows that the engine does not survive. */
export interface PassCare {
  /** Records that run in a batch by themselves, by hash. */
  alone: ReadonlySet<string>;
  /** Records that some work is not done on. */
  setAside: readonly SetAside[];
  /** Awaited before a batch runs, and with null when it ended. */
  onBatch(batch: BatchNotice | null): Promise<void>;
  /** A row that the engine could not run, or that was set aside: it goes without what the pass gives. */
  onFailed(row: AuditRow, fault: Fault): void;
}

/** A pass over rows that still lack something: what can run, be cancelled and be told what is in view. */
export abstract class Pass {
  protected queue = new BatchQueue([]);
  /** What it does, for messages and for the watch over its batches. */
  abstract readonly work: PassWork;
  private view: LineSpan | undefined;
  /** Rows that the model was run for. */
  ran = 0;

  constructor(protected readonly care?: PassCare) {}

  setView(view: LineSpan): void {
    this.view = view;
    this.queue.setView(view);
  }

  /** @throws CancelledError between two batches */
  protected async drain(rows: AuditRow[], total: number, { onRows, onProgress, signal }: PassHooks, runBatch: (rows: AuditRow[]) => Promise<void>): Promise<void> {
    this.queue = new BatchQueue(rows, this.view, this.care?.alone);
    onProgress(total - rows.length, total, 0);
    for (let batch = this.queue.next(); batch.length; batch = this.queue.next()) {
      throwIfAborted(signal);
      const done = await this.attempt(batch, runBatch);
      this.ran += done.length;
      if (done.length) onRows(done);
      onProgress(total - this.queue.size, total, this.ran);
      await setImmediate();
    }
    throwIfAborted(signal);
  }

  /**
   * Runs a batch; where the engine cannot (memory, numbers that are not finite), its halves, down to the row that is at fault.
   * @returns rows that were run
   */
  private async attempt(batch: AuditRow[], runBatch: (rows: AuditRow[]) => Promise<void>): Promise<AuditRow[]> {
    const records = recordsOf(batch);
    const tokens = records.reduce((sum, { tokens: { ids } }) => sum + ids.length, 0);
    try {
      await this.care?.onBatch({ work: this.work, hashes: records.map(({ record }) => record.hash), tokens });
      await runBatch(batch);
      return batch;
    } catch (error) {
      if (!this.care || !isFaultOfRows(error)) throw error;
      if (batch.length === 1) {
        this.care.onFailed(batch[0]!, { work: this.work, message: refusedWords(this.work, error, tokens) });
        return [];
      }
    } finally {
      await this.care?.onBatch(null);
    }
    const middle = batch.length >> 1;
    return [...(await this.attempt(batch.slice(0, middle), runBatch)), ...(await this.attempt(batch.slice(middle), runBatch))];
  }
}

/** The engine could not run these rows; others it may. */
export const isFaultOfRows = (error: unknown): boolean => error instanceof EngineError && ['run-failed', 'not-finite', 'unknown-token'].includes(error.reason);

/** The rows that a work may be done on; of the others it is told why not. */
export function withoutSetAside(rows: AuditRow[], work: PassWork, { setAside, onFailed }: Pick<PassCare, 'setAside' | 'onFailed'>): AuditRow[] {
  const because = new Map(setAside.filter((each) => each.work === work).map(({ hash, message }) => [hash, message]));
  if (!because.size) return rows;
  return rows.filter((row) => {
    const message = recordsOf([row]).map(({ record }) => because.get(record.hash)).find((found) => found !== undefined);
    if (message !== undefined) onFailed(row, { work, message });
    return message === undefined;
  });
}
