import type { AuditHandle, Auditor } from '../../audit/auditor';
import type { Disposable } from '../../base/disposable';
import { CancelledError, messageOf } from '../../base/errors';
import { canonicalJson } from '../../base/hash';
import type { AuditProgress, AuditRequest, AuditSettings, LineSpan } from '../../protocol';
import type { AuditedFiles, DocumentId } from './auditedFiles';
import type { CharAt } from './edits';

/** A document at the moment its audit begins. */
export interface DocumentSnapshot {
  id: DocumentId;
  path: string;
  text: string;
  charAt: CharAt;
}

interface Run {
  handle?: AuditHandle;
  abort: AbortController;
}

/** What decides the numbers: two audits with the same key may stand beside each other. */
export function settingsKey(settings: AuditSettings): string {
  return canonicalJson({ ...settings, cache: null, threads: null });
}

/** Runs audits into the score cache, at most one a document: a new one takes the place of the one before. */
export class AuditRuns implements Disposable {
  private readonly runs = new Map<DocumentId, Run>();

  constructor(
    private readonly auditor: () => Auditor,
    private readonly files: AuditedFiles,
  ) {}

  isRunning(id: DocumentId): boolean {
    return this.runs.has(id);
  }

  /** Resolves when the audit ended; rejects with CancelledError when it was cancelled or another one took its place. */
  async start(
    document: DocumentSnapshot,
    settings: AuditSettings,
    options: { view?: LineSpan; spans?: number; onProgress?: (progress: AuditProgress) => void; signal?: AbortSignal } = {},
  ): Promise<void> {
    const auditor = this.auditor();
    this.cancel(document.id);
    const file = this.files.open(document.id, document.charAt);
    const run: Run = { abort: new AbortController() };
    this.runs.set(document.id, run);
    const stop = (): void => run.abort.abort();
    if (options.signal?.aborted) stop();
    options.signal?.addEventListener('abort', stop, { once: true });
    file.begin(settingsKey(settings));
    const isCurrent = (): boolean => this.runs.get(document.id) === run;
    try {
      const request: AuditRequest = {
        path: document.path,
        text: document.text,
        settings,
        ...(options.view && { view: options.view }),
        ...(options.spans !== undefined && { spans: options.spans }),
        ...(file.keepsRows && { again: true }),
      };
      run.handle = auditor.audit(
        request,
        (event) => {
          if (!isCurrent()) return;
          file.accept(event);
          if (event.type === 'progress') options.onProgress?.(event.progress);
        },
        run.abort.signal,
      );
      const result = await untilAborted(run.handle.result, run.abort.signal);
      if (!isCurrent()) throw new CancelledError();
      file.finish(result);
    } catch (error) {
      if (!isCurrent()) throw new CancelledError();
      if (error instanceof CancelledError) file.cancelled();
      else file.fail(messageOf(error));
      throw error;
    } finally {
      options.signal?.removeEventListener('abort', stop);
      if (isCurrent()) this.runs.delete(document.id);
    }
  }

  /** The rows on these lines go first from now on. */
  setView(id: DocumentId, view: LineSpan): void {
    this.runs.get(id)?.handle?.setView(view);
  }

  cancel(id: DocumentId): boolean {
    const run = this.runs.get(id);
    run?.abort.abort();
    return run !== undefined;
  }

  /** Cancels the document's audit and forgets what is known about it. */
  close(id: DocumentId): void {
    this.cancel(id);
    this.runs.delete(id);
    this.files.close(id);
  }

  dispose(): void {
    for (const run of this.runs.values()) run.abort.abort();
    this.runs.clear();
  }
}

/** A cancelled audit is over for the reader at once, also while the engine finishes its batch. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const stop = (): void => reject(new CancelledError());
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
