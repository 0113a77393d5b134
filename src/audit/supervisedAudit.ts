import type { AuditEvent, AuditRequest, BatchNotice, LineSpan } from '../protocol';
import { CrashLog } from './crashLog';
import { ChildDiedError } from './childDied';

/** One attempt in one child. */
export interface Attempt<R> {
  result: Promise<R>;
  setView(view: LineSpan): void;
}

export interface AttemptHooks {
  onEvent(event: AuditEvent): void;
  onBatch(batch: BatchNotice | null): void;
}

/** An audit, or what contains one, that outlives its child: after a crash it goes on in another one, from what the cache kept. */
export class SupervisedAudit<Q extends AuditRequest, R> {
  private readonly crashes = new CrashLog();
  private attempt: Attempt<R> | null = null;

  constructor(
    private request: Q,
    private readonly onEvent: (event: AuditEvent) => void,
    /** Begins an attempt in the child, which is started where there is none. */
    private readonly begin: (request: Q, hooks: AttemptHooks) => Attempt<R>,
  ) {}

  setView(view: LineSpan): void {
    this.request = { ...this.request, view };
    this.attempt?.setView(view);
  }

  /** @throws ExpectedError (of what ended it), CancelledError */
  async run(): Promise<R> {
    for (;;) {
      try {
        this.attempt = this.begin(this.request, { onEvent: this.onEvent, onBatch: (batch) => this.crashes.batch(batch) });
        return await this.attempt.result;
      } catch (error) {
        if (!(error instanceof ChildDiedError) || !error.mayTryAgain) throw error;
        this.goOn(error);
      }
    }
  }

  /** @throws ChildDiedError when the engine is given up */
  private goOn(died: ChildDiedError): void {
    const { during, times, care } = this.crashes.ended(died.how);
    const kept = this.request.settings.cache ? 'What was scored is kept: run the audit again to go on' : 'Without a cache nothing is kept: run the audit again from the beginning';
    if (!care)
      throw new ChildDiedError(
        died.how,
        `The engine stopped ${times} times (${died.how}), last during ${during}, and is not started again. ${kept}. If it stops again, lower maxTokens, or run it with another Node (in VS Code: personaLens.engine.execPath).`,
      );
    this.request = { ...this.request, care };
    const goesOn = this.request.settings.cache ? 'the audit goes on where it was' : 'the audit runs its rows again, as there is no cache';
    this.onEvent({ type: 'notice', notice: { code: 'engine-restarted', message: `The engine stopped (${died.how}) during ${during} and is started again: ${goesOn}.` } });
  }
}
