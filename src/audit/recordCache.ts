import { isExpected, messageOf } from '../base/errors';
import { type Logger } from '../base/logger';
import type { RecordVectors, VectorKey } from '../core/types';
import { type VectorStore, roundTrip } from '../store';

/** Rows kept back before a segment is written: fewer, larger segments, and at most some seconds of work lost to a kill. */
const segmentRows = 64;

/**
 * The vector store as one audit sees it: under one key, written in segments, and never in the way. When the cache
 * cannot be read or written, the audit says so once in the log and goes on without.
 */
export class RecordCache {
  private readonly rows: RecordVectors[] = [];
  private readonly losses: { hash: string; loss: number }[] = [];
  private broken = false;

  constructor(
    private readonly store: VectorStore | null,
    private readonly key: VectorKey,
    private readonly logger: Logger,
  ) {}

  async get(hashes: string[]): Promise<Map<string, RecordVectors>> {
    return (await this.attempt((store) => store.get(this.key, hashes))) ?? new Map<string, RecordVectors>();
  }

  /** Takes rows to be written and gives them as they will be read: a first run and a cached one show the same numbers. */
  async put(rows: RecordVectors[]): Promise<RecordVectors[]> {
    const stored = roundTrip(rows);
    this.rows.push(...stored);
    if (this.rows.length >= segmentRows) await this.flush();
    return stored;
  }

  putLosses(rows: { hash: string; loss: number }[]): void {
    this.losses.push(...rows);
  }

  async flush(): Promise<void> {
    const rows = this.rows.splice(0);
    const losses = this.losses.splice(0);
    if (rows.length) await this.attempt((store) => store.put(this.key, rows));
    if (losses.length) await this.attempt((store) => store.putLosses(this.key, losses));
  }

  /** Keeps the folder tidy and within its limit; called once, when an audit ends. */
  async tidy(): Promise<void> {
    await this.attempt(async (store) => {
      await store.compact(this.key);
      await store.enforceLimit(this.key);
    });
  }

  private async attempt<T>(action: (store: VectorStore) => Promise<T>): Promise<T | undefined> {
    if (!this.store || this.broken) return undefined;
    try {
      return await action(this.store);
    } catch (error) {
      if (!isExpected(error)) throw error;
      this.broken = true;
      this.logger.warn(`going on without the cache: ${messageOf(error)}`);
      return undefined;
    }
  }
}
