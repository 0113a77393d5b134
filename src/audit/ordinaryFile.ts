import type { Logger } from '../base/logger';
import { levelFor } from '../core/calibrate';
import type { AuditParts } from './auditParts';
import type { KnownRecords } from './knownRecords';
import { LossPass } from './lossPass';
import type { PassCare } from './pass';
import { PushPass } from './pushPass';
import { type AuditRow, recordsOf } from './rows';
import { lossOfRow } from './score/background';
import { type RowKind, kindOf } from './score/context';
import type { OrdinaryInput } from './score/ordinary';
import { vectorsOfRow } from './score/values';
import type { Telling } from './telling';
import { VectorPass } from './vectorPass';

/** For passes whose rows nobody waits for. */
const ignored = { onRows: () => undefined };

/** The rows of the user's own trusted file, as far as they could be read: calibration needs all their vectors. */
export class OrdinaryFile {
  private readonly known: KnownRecords;
  readonly rows: Set<AuditRow>;
  /** For how many the model was run. */
  ran = 0;

  constructor(
    rows: readonly AuditRow[],
    known: KnownRecords,
    private readonly parts: AuditParts,
    private readonly telling: Telling,
    private readonly careFor: (onFailed: PassCare['onFailed']) => PassCare,
    private readonly signal: AbortSignal | undefined,
  ) {
    this.rows = new Set(rows);
    this.known = known.withoutValues;
  }

  /** @throws CancelledError, EngineError */
  async read(withLoss: boolean, logger: Logger): Promise<void> {
    if (!this.rows.size) return;
    const { engine, cache } = this.parts;
    const hashes = recordsOf(this.rows).map(({ record }) => record.hash);
    await this.known.load(cache, hashes);
    await this.known.loadLosses(cache, hashes);
    const { onProgress } = this.telling.progress('reading ordinary rows');
    const total = withLoss ? 2 * this.rows.size : this.rows.size;
    const hooks = (offset: number) => ({ signal: this.signal, ...ignored, onProgress: (done: number, _total: number, ran: number) => onProgress(offset + done, total, ran) });
    const care = this.careFor((row, message) => {
      this.rows.delete(row);
      logger.warn(`ordinary row on line ${row.line} is left out: ${message}`);
    });
    const pass = new VectorPass(engine, cache, this.known, care);
    await pass.run([...this.rows], hooks(0));
    if (withLoss) await new LossPass(engine, cache, this.known, care).run([...this.rows], hooks(total / 2));
    this.ran = pass.ran;
  }

  /** Push vectors, so that pushes get their error rate too. */
  async push(): Promise<void> {
    if (!this.rows.size) return;
    const { onProgress } = this.telling.progress('reading ordinary rows');
    await new PushPass(this.parts.engine, this.parts.cache, this.known, this.careFor(() => undefined)).run([...this.rows], { signal: this.signal, ...ignored, onProgress });
  }

  /** The rows as scoring takes them, where there are enough of a kind to calibrate on. */
  input(): Record<RowKind, OrdinaryInput['rows'] | null> {
    const { vectors, losses } = this.known;
    const ofKind = (kind: RowKind) => {
      const found = [...this.rows].filter((row) => kindOf(row) === kind);
      if (levelFor(found.length).level === 'ranked') return null;
      return found.map((row) => ({ ...vectorsOfRow(row, vectors), loss: lossOfRow(losses.get(row.main.record.hash), row.rejected && losses.get(row.rejected.record.hash)) }));
    };
    return { single: ofKind('single'), pair: ofKind('pair') };
  }
}
