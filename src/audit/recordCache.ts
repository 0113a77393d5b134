import { isExpected, messageOf } from '../base/errors';
import type { RecordVectors, VectorKey } from '../core/types';
import { type RowPush, type VectorStore, roundTrip, roundTripPush } from '../store';

/** Rows and ms kept back before a segment is written: fewer, larger segments, and at most some seconds of work lost to a kill. */
const segmentRows = 64;
const segmentMs = 2000;

/**
 * The vector store as one audit sees it: under one key, written in segments, and never in the way. When the cache
 * cannot be read or written, the audit says so once and goes on without.
 */
export class RecordCache {
  private readonly rows: RecordVectors[] = [];
  private readonly losses: { hash: string; loss: number }[] = [];
  private readonly pushes: RowPush[] = [];
  private broken = false;
  private flushed = performance.now();

  /** @param onBroken told once, when the cache cannot be used from now on */
  constructor(
    private readonly store: VectorStore | null,
    private readonly key: VectorKey,
    private readonly onBroken: (message: string) => void = () => undefined,
  ) {}

  /** Adds what is stored of the records that are not there yet. */
  async addTo(vectors: Map<string, RecordVectors>, hashes: readonly string[]): Promise<void> {
    const missing = [...new Set(hashes)].filter((hash) => !vectors.has(hash));
    if (!missing.length) return;
    const found = await this.attempt((store) => store.get(this.key, missing));
    for (const [hash, stored] of found ?? []) vectors.set(hash, stored);
  }

  /** Takes rows to be written and gives them as they will be read: a first run and a cached one show the same numbers. */
  async put(rows: RecordVectors[]): Promise<RecordVectors[]> {
    const stored = roundTrip(rows);
    this.rows.push(...stored);
    await this.flushInTime();
    return stored;
  }

  async putLosses(rows: { hash: string; loss: number }[]): Promise<void> {
    this.losses.push(...rows);
    await this.flushInTime();
  }

  /** Takes push vectors to be written and gives them as they will be read. */
  async putPushes(rows: RowPush[]): Promise<RowPush[]> {
    const stored = rows.map(({ hash, push }) => ({ hash, push: roundTripPush(push) }));
    this.pushes.push(...stored);
    await this.flushInTime();
    return stored;
  }

  private async flushInTime(): Promise<void> {
    if (this.rows.length + this.losses.length + this.pushes.length >= segmentRows || performance.now() - this.flushed >= segmentMs) await this.flush();
  }

  async flush(): Promise<void> {
    this.flushed = performance.now();
    const rows = this.rows.splice(0);
    const losses = this.losses.splice(0);
    if (rows.length) await this.attempt((store) => store.put(this.key, rows));
    const pushes = this.pushes.splice(0);
    if (losses.length) await this.attempt((store) => store.putLosses(this.key, losses));
    if (pushes.length) await this.attempt((store) => store.putPushes(this.key, pushes));
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
      this.onBroken(messageOf(error));
      return undefined;
    }
  }
}
