import type { TokenizedRecord } from '../core/types';
import { refuseNotFinite } from './finite';
import { byLength } from './queue';
import { RecordPass } from './recordPass';
import type { AuditRow } from './rows';

/** Activation vectors of the rows that have none yet. */
export class VectorPass extends RecordPass {
  readonly work = 'activations';

  protected lacks(hash: string): boolean {
    return !this.known.vectors.has(hash);
  }

  protected override isSettled({ key }: AuditRow): boolean {
    return this.known.values.has(key);
  }

  protected override order(rows: AuditRow[]): AuditRow[] {
    return byLength(rows);
  }

  protected async compute(records: TokenizedRecord[], signal: AbortSignal | undefined): Promise<void> {
    const computed = await this.cache.put(refuseNotFinite(await (await this.engine()).vectors(records, signal)));
    for (const vectors of computed) this.known.add(vectors);
  }
}
