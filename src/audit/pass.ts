import { setImmediate } from 'node:timers/promises';
import { messageOf, throwIfAborted } from '../base/errors';
import { EngineError } from '../engine/errors';
import type { BatchNotice, LineSpan } from '../protocol';
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
  /** Awaited before a batch runs, and with null when it ended. */
  onBatch(batch: BatchNotice | null): Promise<void>;
  /** A row that the engine could not run: it is a problem from now on. */
  onFailed(row: AuditRow, message: string): void;
}

/** A pass over rows that still lack something: what can run, be cancelled and be told what is in view. */
export abstract class Pass {
  protected queue = new BatchQueue([]);
  /** What it does, for messages and for the watch over its batches. */
  abstract readonly work: string;
  private view: LineSpan | undefined;
  /** Rows that the model was run for. */
  ran = 0;

  constructor(private readonly care?: PassCare) {}

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
        this.care.onFailed(batch[0]!, faultWords(error, tokens));
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

function faultWords(error: unknown, tokens: number): string {
  const said = messageOf(error);
  if (/bad_alloc|allocat|out of memory/i.test(said))
    return `This row cannot be scored: there is not enough memory to run its ${tokens} tokens. Lower maxTokens, and it is scored up to there, or give the engine more memory.`;
  return `This row cannot be scored: ${said}`;
}
