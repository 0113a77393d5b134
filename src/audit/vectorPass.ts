import type { RecordVectors } from '../core/types';
import type { Engine } from '../engine/engine';
import { Pass, type PassCare, type PassHooks } from './pass';
import { byLength } from './queue';
import type { RecordCache } from './recordCache';
import { refuseNotFinite } from './finite';
import { type AuditRow, recordsOf } from './rows';

/** Activation vectors of all rows: from the store where they are, from the engine where not. */
export class VectorPass extends Pass {
  protected readonly work = 'activations';

  constructor(
    private readonly engine: Engine,
    private readonly cache: RecordCache,
    /** Filled by the pass, by record hash. */
    readonly vectors: Map<string, RecordVectors>,
    care?: PassCare,
  ) {
    super(care);
  }

  /** @throws CancelledError, EngineError */
  async run(rows: AuditRow[], hooks: PassHooks): Promise<void> {
    const missing = [...new Set(recordsOf(rows).map(({ record }) => record.hash))].filter((hash) => !this.vectors.has(hash));
    for (const [hash, vectors] of await this.cache.get(missing)) this.vectors.set(hash, vectors);
    const complete = (row: AuditRow) => recordsOf([row]).every(({ record }) => this.vectors.has(record.hash));
    const ready = rows.filter(complete);
    if (ready.length) hooks.onRows(ready);
    try {
      await this.drain(byLength(rows.filter((row) => !complete(row))), rows.length, hooks, async (batch) => {
        const wanted = new Map(recordsOf(batch).filter(({ record }) => !this.vectors.has(record.hash)).map(({ record, tokens }) => [record.hash, tokens]));
        if (!wanted.size) return;
        const computed = await this.cache.put(refuseNotFinite(await this.engine.vectors([...wanted.values()], hooks.signal)));
        for (const vectors of computed) this.vectors.set(vectors.hash, vectors);
      });
    } finally {
      await this.cache.flush();
    }
  }
}
