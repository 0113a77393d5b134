import type { DatasetRecord, RecordVectors, RowValues } from '../core/types';
import type { RecordCache } from './recordCache';
import { type AuditRow, pairUp, recordsOf, rowKey } from './rows';

/** What an audit knows of its records and rows before it runs the model, and more with each pass. */
export class KnownRecords {
  /**
   * @param values numbers of rows, by their keys: nothing needs these rows' vectors before something else asks for them
   * @param vectors by record hash
   * @param losses by record hash: mean NLL a response token, nats; NaN where no response token has a predecessor
   */
  constructor(
    readonly values: ReadonlyMap<string, RowValues> = new Map(),
    readonly vectors = new Map<string, RecordVectors>(),
    readonly losses = new Map<string, number>(),
  ) {}

  /** The same records for passes that need vectors of every row. */
  get withoutValues(): KnownRecords {
    return new KnownRecords(new Map(), this.vectors, this.losses);
  }

  add(vectors: RecordVectors): void {
    this.vectors.set(vectors.hash, vectors);
    if (vectors.loss !== undefined && !this.losses.has(vectors.hash)) this.losses.set(vectors.hash, vectors.loss);
  }

  /** Takes from the cache what it has of vectors that are not there yet. */
  async load(cache: RecordCache, hashes: Iterable<string>): Promise<void> {
    const missing = [...new Set(hashes)].filter((hash) => !this.vectors.has(hash));
    for (const vectors of (await cache.vectors(missing)).values()) this.add(vectors);
  }

  async loadLosses(cache: RecordCache, hashes: Iterable<string>): Promise<void> {
    const missing = [...new Set(hashes)].filter((hash) => !this.losses.has(hash));
    for (const [hash, loss] of await cache.losses(missing)) this.losses.set(hash, loss);
  }

  /** Number of tokens, after truncation, of those of the records that were tokenised before. */
  lengthsOf(records: readonly DatasetRecord[]): Map<string, number> {
    const lengths = new Map<string, number>();
    for (const { main, rejected } of pairUp(records)) {
      const values = this.values.get(rowKey(main, rejected));
      for (const { hash } of rejected ? [main, rejected] : [main]) {
        const length = this.vectors.get(hash)?.tokens ?? (hash === rejected?.hash ? values?.rejectedTokens : values?.tokens);
        if (length !== undefined) lengths.set(hash, length);
      }
    }
    return lengths;
  }

  hasVectors(row: AuditRow): boolean {
    return recordsOf([row]).every(({ record }) => this.vectors.has(record.hash));
  }
}
