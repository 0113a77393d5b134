import type { RecordVectors, VectorKey } from '../core/types';
import { type RowPush, roundTrip, roundTripPush } from '../store';
import type { CacheAccess } from './cacheAccess';

/** Rows and ms kept back before a segment is written: fewer, larger segments, and at most some seconds of work lost to a kill. */
const segmentRows = 64;
const segmentMs = 2000;

/** Vectors, losses and push vectors of records as one audit sees them: under one key, and written in segments. */
export class RecordCache {
  private readonly rows: RecordVectors[] = [];
  private readonly losing: { hash: string; loss: number }[] = [];
  private readonly pushes: RowPush[] = [];
  private flushed = performance.now();

  constructor(
    private readonly access: CacheAccess,
    readonly key: VectorKey,
  ) {}

  /** Those of the records that are stored, with their losses and push vectors where they are. */
  async vectors(hashes: readonly string[]): Promise<Map<string, RecordVectors>> {
    return (hashes.length && (await this.access.attempt((store) => store.get(this.key, hashes)))) || new Map<string, RecordVectors>();
  }

  /** Losses, without reading vectors. */
  async losses(hashes: readonly string[]): Promise<Map<string, number>> {
    return (hashes.length && (await this.access.attempt((store) => store.getLosses(this.key, hashes)))) || new Map<string, number>();
  }

  /** Takes rows to be written and gives them as they will be read: a first run and a cached one show the same numbers. */
  async put(rows: RecordVectors[]): Promise<RecordVectors[]> {
    const stored = roundTrip(rows);
    this.rows.push(...stored);
    await this.flushInTime();
    return stored;
  }

  async putLosses(rows: { hash: string; loss: number }[]): Promise<void> {
    this.losing.push(...rows);
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
    if (this.rows.length + this.losing.length + this.pushes.length >= segmentRows || performance.now() - this.flushed >= segmentMs) await this.flush();
  }

  async flush(): Promise<void> {
    this.flushed = performance.now();
    const rows = this.rows.splice(0);
    const losses = this.losing.splice(0);
    if (rows.length) await this.access.attempt((store) => store.put(this.key, rows));
    const pushes = this.pushes.splice(0);
    if (losses.length) await this.access.attempt((store) => store.putLosses(this.key, losses));
    if (pushes.length) await this.access.attempt((store) => store.putPushes(this.key, pushes));
  }
}
