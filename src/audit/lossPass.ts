import type { RecordVectors } from '../core/types';
import type { Engine } from '../engine/engine';
import { refuseLossNotFinite } from './finite';
import { Pass, type PassCare, type PassHooks } from './pass';
import type { RecordCache } from './recordCache';
import { type AuditRow, recordsOf } from './rows';

/** Losses of all rows, most unusual first: they need the whole model. */
export class LossPass extends Pass {
  readonly work = 'losses';

  constructor(
    private readonly engine: Engine,
    private readonly cache: RecordCache,
    private readonly vectors: Map<string, RecordVectors>,
    care?: PassCare,
  ) {
    super(care);
  }

  /**
   * @param rows in the order they should run
   * @throws CancelledError, EngineError
   */
  async run(rows: AuditRow[], hooks: PassHooks): Promise<void> {
    const lacks = (row: AuditRow) => recordsOf([row]).filter(({ record }) => this.vectors.get(record.hash)?.loss === undefined);
    try {
      await this.drain(rows.filter((row) => lacks(row).length > 0), rows.length, hooks, async (batch) => {
        const wanted = [...new Map(batch.flatMap(lacks).map((prepared) => [prepared.record.hash, prepared])).values()];
        if (!wanted.length) return;
        const tokens = wanted.map((prepared) => prepared.tokens);
        const losses = refuseLossNotFinite(await this.engine.losses(tokens, hooks.signal), tokens);
        const known = wanted.map(({ record }, i) => ({ hash: record.hash, loss: losses[i]! }));
        for (const { hash, loss } of known) this.vectors.get(hash)!.loss = loss;
        await this.cache.putLosses(known);
      });
    } finally {
      await this.cache.flush();
    }
  }
}
