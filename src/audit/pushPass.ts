import type { TokenizedRecord } from '../core/types';
import { refusePushNotFinite } from './finite';
import { RecordPass } from './recordPass';

/** Push vectors of all rows, and the losses of those that have none yet: one forward and one backward pass each. */
export class PushPass extends RecordPass {
  readonly work = 'push';

  protected lacks(hash: string): boolean {
    return this.vectors.get(hash)?.push === undefined;
  }

  protected async compute(records: TokenizedRecord[], signal: AbortSignal | undefined): Promise<void> {
    const { hookPoint } = this.engine.model;
    const computed = refusePushNotFinite(await this.engine.pushes(records, signal), records);
    const stored = await this.cache.putPushes(computed.map(({ hash, push }) => ({ hash, push: { [hookPoint]: push } })));
    for (const { hash, push } of stored) this.vectors.get(hash)!.push = push;
    const losses = computed.filter(({ hash }) => this.vectors.get(hash)!.loss === undefined).map(({ hash, loss }) => ({ hash, loss }));
    for (const { hash, loss } of losses) this.vectors.get(hash)!.loss = loss;
    await this.cache.putLosses(losses);
  }
}
