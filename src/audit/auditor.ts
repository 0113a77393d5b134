import type { Disposable } from '../base/disposable';
import type { AuditEvent, AuditRequest, AuditResult, CacheInfo, DefaultCardRequest, DefaultCardResult, Diagnostics, InspectRequest, LineSpan, RowInspection, TaughtFile, TeachRequest } from '../protocol';

export interface CacheLocation {
  folder: string;
  maxBytes: number;
}

/** A running audit. */
export interface AuditHandle {
  result: Promise<AuditResult>;
  /** The rows on these lines go before others from the next batch on. */
  setView(view: LineSpan): void;
}

/**
 * What the product does with a file: in this process (`AuditService`: the engine child, the command line, tests) or in
 * the engine child (`AuditClient`: the editor). Errors that a user can act on are ExpectedError, a cancelled call
 * rejects with CancelledError.
 */
export interface Auditor extends Disposable {
  audit(request: AuditRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal): AuditHandle;
  inspect(request: InspectRequest, signal?: AbortSignal): Promise<RowInspection>;
  /**
   * Teaches a probe on marks and ranks the file with it. The vectors are those of the last audit; another file or other settings
   * are audited first, and `onEvent` hears of it.
   */
  teach(request: TeachRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal): Promise<TaughtFile>;
  /** Makes the default card of a model that came without one; stopped, it goes on from the cache. */
  makeDefaultCard(request: DefaultCardRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal): Promise<DefaultCardResult>;
  cacheInfo(location: CacheLocation): Promise<CacheInfo>;
  clearCache(location: CacheLocation): Promise<CacheInfo>;
  diagnostics(): Promise<Diagnostics>;
}
