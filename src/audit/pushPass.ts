import type { RecordVectors } from '../core/types';
import type { Engine } from '../engine/engine';
import { Pass, type PassCare, type PassHooks } from './pass';
import type { RecordCache } from './recordCache';
import { type AuditRow, recordsOf } from './rows';

/** Push vectors of all rows, and the losses of those that have none yet: one forward and one backward pass each. */
export class PushPass extends Pass {
  readonly work = 'push';

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
    const lacks = (row: AuditRow) => recordsOf([row]).filter(({ record }) => this.vectors.get(record.hash)?.push === undefined);
    const ready = rows.filter((row) => lacks(row).length === 0);
    if (ready.length) hooks.onRows(ready);
    try {
      await this.drain(rows.filter((row) => lacks(row).length > 0), rows.length, hooks, async (batch) => {
        const wanted = [...new Map(batch.flatMap(lacks).map((prepared) => [prepared.record.hash, prepared])).values()];
        if (!wanted.length) return;
        await this.take(await this.engine.pushes(wanted.map(({ tokens }) => tokens), hooks.signal));
      });
    } finally {
      await this.cache.flush();
    }
  }

  private async take(computed: Awaited<ReturnType<Engine['pushes']>>): Promise<void> {
    const hookPoint = this.engine.model.hookPoint;
    const stored = await this.cache.putPushes(computed.map(({ hash, push }) => ({ hash, push: { [hookPoint]: push } })));
    for (const { hash, push } of stored) this.vectors.get(hash)!.push = push;
    const losses = computed.filter(({ hash }) => this.vectors.get(hash)!.loss === undefined).map(({ hash, loss }) => ({ hash, loss }));
    for (const { hash, loss } of losses) this.vectors.get(hash)!.loss = loss;
    await this.cache.putLosses(losses);
  }
}
