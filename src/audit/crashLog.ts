import type { BatchNotice, Care, PassWork, SetAside } from '../protocol';
import { endedWords } from './faultWords';

/** When an engine that keeps ending is given up. */
export interface CrashLimits {
  /** Ends in a row with no batch done between them. */
  inARow: number;
  /** Ends in a row while no batch ran: opening the file, loading the model, scoring. */
  outside: number;
  /** Ends in one audit, beside the two that each row set aside takes. */
  altogether: number;
}

export const crashLimits: CrashLimits = { inARow: 6, outside: 3, altogether: 20 };

/** A record that the engine ended on so often is set aside. */
const strikes = 2;

/**
 * What ended the engine in one audit. The records of the batch that ran when it ended are suspects and run alone from then on; one that comes
 * through is cleared, one that ends the engine a second time is set aside for what was done then.
 */
export class CrashLog {
  /** Times that the engine ended on a record, for each work: what one pass comes through, another may not. */
  private readonly struck = new Map<string, { hash: string; times: number }>();
  private readonly setAside: SetAside[] = [];
  private running: BatchNotice | null = null;
  private inARow = 0;
  private outside = 0;
  private altogether = 0;

  constructor(private readonly limits: CrashLimits = crashLimits) {}

  /** A batch begins; null: it ended. */
  batch(batch: BatchNotice | null): void {
    if (batch === null && this.running) {
      for (const hash of this.running.hashes) this.struck.delete(keyOf(this.running.work, hash));
      this.inARow = 0;
      this.outside = 0;
    }
    this.running = batch;
  }

  /**
   * The engine ended.
   * @param how "SIGKILL", "exit code 134", "no answer for 60 s"
   * @returns what it was doing, and what to do otherwise; `care` is null when it is given up
   */
  ended(how: string): { during: string; times: number; care: Care | null } {
    const batch = this.running;
    this.running = null;
    this.inARow++;
    this.altogether++;
    if (batch) this.strike(batch, how);
    else this.outside++;
    const { inARow, outside, altogether } = this.limits;
    const givenUp = this.inARow >= inARow || this.outside >= outside || this.altogether - strikes * this.setAside.length >= altogether;
    return { during: batch ? `${batch.work} of ${batch.hashes.length === 1 ? 'one row' : `${batch.hashes.length} rows`}` : 'loading or between two batches', times: this.altogether, care: givenUp ? null : this.care() };
  }

  private strike({ hashes, tokens, work }: BatchNotice, how: string): void {
    for (const hash of hashes) {
      const key = keyOf(work, hash);
      const times = (this.struck.get(key)?.times ?? 0) + 1;
      this.struck.set(key, { hash, times });
      if (times < strikes) continue;
      this.struck.delete(key);
      this.setAside.push({ hash, work, message: endedWords(work, times, tokens, how) });
    }
  }

  private care(): Care {
    return { alone: [...new Set([...this.struck.values()].map(({ hash }) => hash))], setAside: [...this.setAside] };
  }
}

const keyOf = (work: PassWork, hash: string): string => `${work} ${hash}`;
