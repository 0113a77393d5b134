import type { TokenizedRecord } from '../core/types';
import { refuseLossNotFinite } from './finite';
import { RecordPass } from './recordPass';

/** Losses of all rows, most unusual first: they need the whole model. */
export class LossPass extends RecordPass {
  readonly work = 'losses';

  protected lacks(hash: string): boolean {
    return !this.known.losses.has(hash);
  }

  protected async compute(records: TokenizedRecord[], signal: AbortSignal | undefined): Promise<void> {
    const losses = refuseLossNotFinite(await (await this.engine()).losses(records, signal), records);
    const known = records.map(({ hash }, i) => ({ hash, loss: losses[i]! }));
    for (const { hash, loss } of known) this.known.losses.set(hash, loss);
    await this.cache.putLosses(known);
  }
}
