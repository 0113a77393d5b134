import { levelFor } from '../core/calibrate';
import type { PassWork } from '../protocol';
import type { AuditParts } from './auditParts';
import type { KnownRecords } from './knownRecords';
import { LossPass } from './lossPass';
import type { PassCare } from './pass';
import { PushPass } from './pushPass';
import { type AuditRow, type PreparedRows, recordsOf } from './rows';
import { lossOfRow } from './score/background';
import { type RowKind, kindOf } from './score/context';
import type { OrdinaryInput } from './score/ordinary';
import { vectorsOfRow } from './score/values';
import type { Shortfalls } from './shortfalls';
import type { Telling } from './telling';
import { VectorPass } from './vectorPass';

/** For passes whose rows nobody waits for. */
const ignored = { onRows: () => undefined };

/** What an ordinary file is read with. */
interface OrdinaryReading {
  known: KnownRecords;
  parts: AuditParts;
  telling: Telling;
  shortfalls: Shortfalls;
  careFor: (onFailed: PassCare['onFailed']) => PassCare;
  signal: AbortSignal | undefined;
}

/** The rows of the user's own trusted file, as far as they could be read: calibration needs all their vectors. */
export class OrdinaryFile {
  private readonly known: KnownRecords;
  readonly rows: Set<AuditRow>;
  /** For how many the model was run. */
  ran = 0;

  constructor(
    { rows, problems }: PreparedRows,
    private readonly reading: OrdinaryReading,
  ) {
    this.rows = new Set(rows);
    for (const { line, message } of problems) reading.shortfalls.addOrdinary({ line }, { work: 'activations', message });
    this.known = reading.known.withoutValues;
  }

  /** @throws CancelledError, EngineError */
  async read(withLoss: boolean): Promise<void> {
    if (!this.rows.size) return;
    const { parts: { engine, cache }, telling, signal } = this.reading;
    const hashes = recordsOf(this.rows).map(({ record }) => record.hash);
    await this.known.load(cache, hashes);
    await this.known.loadLosses(cache, hashes);
    const { onProgress } = telling.progress('reading ordinary rows');
    const total = withLoss ? 2 * this.rows.size : this.rows.size;
    const hooks = (offset: number) => ({ signal, ...ignored, onProgress: (done: number, _total: number, ran: number) => onProgress(offset + done, total, ran) });
    const care = this.careFor('activations');
    const pass = new VectorPass(engine, cache, this.known, care);
    await pass.run([...this.rows], hooks(0));
    if (withLoss) await new LossPass(engine, cache, this.known, care).run([...this.rows], hooks(total / 2));
    this.ran = pass.ran;
  }

  /**
   * Push vectors, so that pushes get their error rate too.
   * @param options.decides the card decides by push: rows without it do not count
   * @throws CancelledError, EngineError
   */
  async push({ decides }: { decides: boolean }): Promise<void> {
    if (!this.rows.size) return;
    const { parts: { engine, cache }, telling, signal } = this.reading;
    const { onProgress } = telling.progress('reading ordinary rows');
    await new PushPass(engine, cache, this.known, this.careFor(decides ? 'push' : null)).run([...this.rows], { signal, ...ignored, onProgress });
  }

  /** @param needed a row that this cannot be done on is left out */
  private careFor(needed: PassWork | null): PassCare {
    const { careFor, shortfalls } = this.reading;
    return careFor((row, fault) => {
      if (fault.work === needed) this.rows.delete(row);
      shortfalls.addOrdinary(row, fault);
    });
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
