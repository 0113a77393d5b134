import type { TokenizedRecord } from '../core/types';
import type { Engine } from '../engine/engine';
import type { KnownRecords } from './knownRecords';
import { Pass, type PassCare, type PassHooks, withoutSetAside } from './pass';
import type { RecordCache } from './recordCache';
import { type AuditRow, type PreparedRecord, recordsOf } from './rows';

/** A pass that fills in what records lack, each once however many rows hold it, and puts it into the cache. */
export abstract class RecordPass extends Pass {
  constructor(
    /** Opened when the first batch runs, where that was not needed before. */
    protected readonly engine: () => Promise<Engine>,
    protected readonly cache: RecordCache,
    /** Filled by the pass. */
    protected readonly known: KnownRecords,
    care?: PassCare,
  ) {
    super(care);
  }

  /** Whether the pass has something to do for a record. */
  protected abstract lacks(hash: string): boolean;

  /** Whether a row needs nothing of its records. */
  protected isSettled(_row: AuditRow): boolean {
    return false;
  }

  /** Runs the model for records and takes what it gives. */
  protected abstract compute(records: TokenizedRecord[], signal: AbortSignal | undefined): Promise<void>;

  /** The order in which rows run: as given unless told. */
  protected order(rows: AuditRow[]): AuditRow[] {
    return rows;
  }

  /**
   * @param rows in the order they should run
   * @throws CancelledError, EngineError
   */
  async run(rows: AuditRow[], hooks: PassHooks): Promise<void> {
    const lacking = (some: AuditRow[]): PreparedRecord[] => recordsOf(some.filter((row) => !this.isSettled(row))).filter(({ record }) => this.lacks(record.hash));
    const unfinished = rows.filter((row) => lacking([row]).length > 0);
    const isUnfinished = new Set(unfinished);
    const ready = rows.filter((row) => !isUnfinished.has(row));
    if (ready.length) hooks.onReady?.(ready);
    const waiting = this.care ? withoutSetAside(unfinished, this.work, this.care) : unfinished;
    // Before a batch is told of: what goes wrong while the engine opens is no row's fault.
    if (waiting.length) await this.engine();
    try {
      await this.drain(this.order(waiting), rows.length, hooks, async (batch) => {
        const wanted = new Map(lacking(batch).map((prepared) => [prepared.record.hash, prepared.tokens]));
        if (wanted.size) await this.compute([...wanted.values()], hooks.signal);
      });
    } finally {
      await this.cache.flush();
    }
  }
}
