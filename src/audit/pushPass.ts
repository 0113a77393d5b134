import type { TokenizedRecord } from '../core/types';
import type { Engine } from '../engine/engine';
import { refusePushNotFinite } from './finite';
import type { KnownRecords } from './knownRecords';
import type { PassCare } from './pass';
import type { RecordCache } from './recordCache';
import { RecordPass } from './recordPass';
import type { AuditRow } from './rows';

/** Push vectors of all rows, and the losses of those that have none yet: one forward and one backward pass each. */
export class PushPass extends RecordPass {
  readonly work = 'push';

  /** @param isKnown whether a row's scores under probes on push are known, so that it needs no push vectors */
  constructor(
    engine: () => Promise<Engine>,
    cache: RecordCache,
    known: KnownRecords,
    care?: PassCare,
    private readonly isKnown: (row: AuditRow) => boolean = () => false,
  ) {
    super(engine, cache, known, care);
  }

  protected override isSettled(row: AuditRow): boolean {
    return this.isKnown(row);
  }

  protected lacks(hash: string): boolean {
    return this.known.vectors.get(hash)?.push === undefined;
  }

  protected async compute(records: TokenizedRecord[], signal: AbortSignal | undefined): Promise<void> {
    const engine = await this.engine();
    const { hookPoint } = engine.model;
    const computed = refusePushNotFinite(await engine.pushes(records, signal), records);
    const stored = await this.cache.putPushes(computed.map(({ hash, push }) => ({ hash, push: { [hookPoint]: push } })));
    for (const { hash, push } of stored) this.known.vectors.get(hash)!.push = push;
    const losses = computed.filter(({ hash }) => !this.known.losses.has(hash)).map(({ hash, loss }) => ({ hash, loss }));
    for (const { hash, loss } of losses) this.known.losses.set(hash, loss);
    await this.cache.putLosses(losses);
  }
}
