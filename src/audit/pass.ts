import { setImmediate } from 'node:timers/promises';
import { throwIfAborted } from '../base/errors';
import type { LineSpan } from '../protocol';
import { BatchQueue } from './queue';
import type { AuditRow } from './rows';

export interface PassHooks {
  /** Rows whose every record is done. */
  onRows(rows: AuditRow[]): void;
  onProgress(done: number, total: number, ran: number): void;
  signal?: AbortSignal | undefined;
}

/** A pass over rows that still lack something: what can run, be cancelled and be told what is in view. */
export abstract class Pass {
  protected queue = new BatchQueue([]);
  private view: LineSpan | undefined;
  /** Rows that the model was run for. */
  ran = 0;

  setView(view: LineSpan): void {
    this.view = view;
    this.queue.setView(view);
  }

  /** @throws CancelledError between two batches */
  protected async drain(rows: AuditRow[], total: number, { onRows, onProgress, signal }: PassHooks, runBatch: (rows: AuditRow[]) => Promise<void>): Promise<void> {
    this.queue = new BatchQueue(rows, this.view);
    onProgress(total - rows.length, total, 0);
    for (let batch = this.queue.next(); batch.length; batch = this.queue.next()) {
      throwIfAborted(signal);
      await runBatch(batch);
      this.ran += batch.length;
      onRows(batch);
      onProgress(total - this.queue.size, total, this.ran);
      await setImmediate();
    }
    throwIfAborted(signal);
  }
}
