import type { RecordVectors } from '../core/types';
import type { Engine } from '../engine/engine';
import { refuseNotFinite } from './finite';
import { Pass, type PassCare, type PassHooks } from './pass';
import { byLength } from './queue';
import type { RecordCache } from './recordCache';
import { type AuditRow, recordsOf } from './rows';

/** Activation vectors of the rows that have none yet. */
export class VectorPass extends Pass {
  readonly work = 'activations';

  constructor(
    private readonly engine: Engine,
    private readonly cache: RecordCache,
    /** By record hash; filled by the pass. */
    readonly vectors: Map<string, RecordVectors>,
    care?: PassCare,
  ) {
    super(care);
  }

  /** @throws CancelledError, EngineError */
  async run(rows: AuditRow[], hooks: PassHooks): Promise<void> {
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
