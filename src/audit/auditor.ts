import type { Disposable } from '../base/disposable';
import type { CheckFinding, ModelCheck } from '../core/types';
import type { AuditEvent, AuditRequest, AuditResult, CacheInfo, CheckRequest, DefaultCardRequest, DefaultCardResult, Diagnostics, InspectRequest, LineSpan, ListedModel, ModelSettings, ModelsRequest, ResidualsFile, ResidualsRequest, RowInspection, TaughtFile, TeachRequest } from '../protocol';

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
  /** Writes the residual stream of a text into a .safetensors file. */
  residuals(request: ResidualsRequest, signal?: AbortSignal): Promise<ResidualsFile>;
  /** Says what a model is and whether it can be used here; findings are told as they are found. */
  check(request: CheckRequest, onFinding: (finding: CheckFinding) => void, signal?: AbortSignal): Promise<ModelCheck>;
  /** Models that may be chosen, and those that may not, with the reason. No weights are read. */
  models(request: ModelsRequest): Promise<ListedModel[]>;
  /** Whether a model has a default card; reads its files through the first time. */
  hasCard(settings: ModelSettings): Promise<boolean>;
  /** Makes the default card of a model that came without one; stopped, it goes on from the cache. */
  makeDefaultCard(request: DefaultCardRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal): Promise<DefaultCardResult>;
  cacheInfo(location: CacheLocation): Promise<CacheInfo>;
  clearCache(location: CacheLocation): Promise<CacheInfo>;
  diagnostics(): Promise<Diagnostics>;
}
