import type { RequestType } from 'vscode-jsonrpc/node';
import type { CheckFinding, ModelCheck } from '../core/types';
import type { AuditEvent, AuditRequest, CacheInfo, CheckRequest, DefaultCardRequest, DefaultCardResult, Diagnostics, InspectRequest, ListedModel, ModelSettings, ModelsRequest, ResidualsFile, ResidualsRequest, RowInspection, TaughtFile, TeachRequest } from '../protocol';
import { auditRequest, auditView, cacheInfoRequest, checkRequest, type ChildError, clearCacheRequest, defaultCardRequest, hasCardRequest, inspectRequest, modelsRequest, residualsRequest, teachRequest } from '../protocol/child';
import type { AuditHandle, Auditor, CacheLocation } from './auditor';
import { ChildDiedError } from './childDied';
import { type ChildOptions, RunningChild } from './runningChild';
import { type Attempt, type AttemptHooks, SupervisedAudit } from './supervisedAudit';
import { RowsReceiver } from './transport/rowsChannel';
import { Watchdog, type WatchLimits } from './watchdog';

export { ChildDiedError };

export interface ClientOptions extends ChildOptions {
  /** How long a batch may take; generous unless told. */
  watch?: WatchLimits | undefined;
}

/**
 * The engine child, seen from its parent: started at the first request, and again after a crash. An audit goes on by itself (`SupervisedAudit`), an
 * inspection is tried once more. A child that hangs is killed, which is a crash like others.
 */
export class AuditClient implements Auditor {
  private child: RunningChild | null = null;
  private nextId = 1;
  /** What the passes have shown of their speed, over all audits. */
  private readonly slowest = new Map<string, number>();

  constructor(private readonly options: ClientOptions) {}

  audit(request: AuditRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal): AuditHandle {
    const audit = new SupervisedAudit(request, onEvent, (attempt: AuditRequest, hooks) => {
      const rows = new RowsReceiver();
      const { result, setView } = this.attempt(auditRequest, attempt, hooks, rows, signal);
      return { result: result.then((sent) => rows.result(sent)), setView };
    });
    return { result: audit.run(), setView: (view) => audit.setView(view) };
  }

  inspect(request: InspectRequest, signal?: AbortSignal): Promise<RowInspection> {
    return this.single(inspectRequest, request, { work: 'inspection', tokens: request.settings.maxTokens }, signal);
  }

  residuals(request: ResidualsRequest, signal?: AbortSignal): Promise<ResidualsFile> {
    const { input } = request;
    return this.single(residualsRequest, request, { work: 'residuals', tokens: 'ids' in input ? input.ids.length : 'text' in input ? input.text.length : input.message.length }, signal);
  }

  teach(request: TeachRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal): Promise<TaughtFile> {
    return new SupervisedAudit(request, onEvent, (attempt: TeachRequest, hooks) => this.attempt(teachRequest, attempt, hooks, new RowsReceiver(), signal)).run();
  }

  check(request: CheckRequest, onFinding: (finding: CheckFinding) => void, signal?: AbortSignal): Promise<ModelCheck> {
    const id = this.nextId++;
    const child = this.running();
    child.checks.set(id, onFinding);
    return this.watched(child, (watchdog) => {
      signal?.addEventListener('abort', () => watchdog.cancelled(), { once: true });
      return child.request(checkRequest, { ...request, id }, signal);
    }).finally(() => child.checks.delete(id));
  }

  models(request: ModelsRequest): Promise<ListedModel[]> {
    return this.running().request(modelsRequest, request);
  }

  hasCard(settings: ModelSettings): Promise<boolean> {
    return this.running().request(hasCardRequest, settings);
  }

  makeDefaultCard(request: DefaultCardRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal): Promise<DefaultCardResult> {
    return this.attempt(defaultCardRequest, request, { onEvent, onBatch: () => undefined }, new RowsReceiver(), signal).result;
  }

  cacheInfo(location: CacheLocation): Promise<CacheInfo> {
    return this.running().request(cacheInfoRequest, location);
  }

  clearCache(location: CacheLocation): Promise<CacheInfo> {
    return this.running().request(clearCacheRequest, location);
  }

  diagnostics(): Promise<Diagnostics> {
    return this.running().diagnostics();
  }

  /** Process id of the child, while there is one. */
  get pid(): number | undefined {
    return this.child?.process.pid;
  }

  dispose(): void {
    this.child?.dispose();
    this.child = null;
  }

  /** A request of one batch, tried once more in another child. */
  private async single<P, R>(type: RequestType<P, R, ChildError>, request: P, batch: { work: string; tokens: number }, signal?: AbortSignal): Promise<R> {
    const once = async () => {
      const child = this.running();
      return this.watched(child, (watchdog) => {
        watchdog.batch(batch);
        return child.request(type, request, signal);
      });
    };
    try {
      return await once();
    } catch (error) {
      if (error instanceof ChildDiedError && error.mayTryAgain) return once();
      throw error;
    }
  }

  private attempt<Q extends object, R>(type: RequestType<Q & { id: number }, R, ChildError>, request: Q, hooks: AttemptHooks, rows: RowsReceiver, signal?: AbortSignal): Attempt<R> {
    const id = this.nextId++;
    const child = this.running();
    const result = this.watched(child, (watchdog) => {
      signal?.addEventListener('abort', () => watchdog.cancelled(), { once: true });
      child.audits.set(id, {
        onEvent: (event) => hooks.onEvent(rows.event(event)),
        onBatch: (batch) => {
          hooks.onBatch(batch);
          watchdog.batch(batch);
        },
      });
      return child.request(type, { ...request, id }, signal).finally(() => child.audits.delete(id));
    });
    return { result, setView: (view) => void child.connection.sendNotification(auditView, { id, view }).catch(() => undefined) };
  }

  private async watched<T>(child: RunningChild, work: (watchdog: Watchdog) => Promise<T>): Promise<T> {
    const watchdog = new Watchdog((seconds) => child.killHung(`no answer for ${seconds} s`), this.options.watch, this.slowest);
    try {
      return await work(watchdog);
    } finally {
      watchdog.stop();
    }
  }

  private running(): RunningChild {
    if (!this.child) {
      const child = new RunningChild(this.options, () => {
        if (this.child === child) this.child = null;
      });
      this.child = child;
    }
    return this.child;
  }
}
