import { type ChildProcess, fork } from 'node:child_process';
import { CancellationTokenSource, IPCMessageReader, IPCMessageWriter, type MessageConnection, type RequestType, ResponseError, createMessageConnection } from 'vscode-jsonrpc/node';
import { CancelledError, ExpectedError } from '../base/errors';
import { type Logger } from '../base/logger';
import type { CheckFinding } from '../core/types';
import type { BatchNotice, Diagnostics, SentEvent } from '../protocol';
import { type ChildError, auditBatch, auditEvent, checkFinding, childLog, diagnosticsRequest, errorCodes } from '../protocol/child';
import { ChildDiedError } from './childDied';
import { loggable } from './lastWords';

export interface ChildOptions {
  /** The engine child's script. */
  entry: string;
  /** The Node that runs it; this process's own unless told. */
  execPath?: string | undefined;
  /** Folder of the bundled models; beside the script unless told. */
  modelsFolder?: string | undefined;
  logger: Logger;
}

/** Told what the child says of an audit. */
export interface RunningAudit {
  onEvent(event: SentEvent): void;
  onBatch(batch: BatchNotice | null): void;
}

/** One engine child from its start to its end, and the messages with it. */
export class RunningChild {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
  readonly audits = new Map<number, RunningAudit>();
  readonly checks = new Map<number, (finding: CheckFinding) => void>();
  private readonly died: Promise<never>;
  private isDisposed = false;
  private hung: string | null = null;

  /** @param onEnd told once, before whoever waits */
  constructor({ entry, execPath, modelsFolder, logger }: ChildOptions, onEnd: () => void) {
    // The host's own execArgv must not be passed on: it may hold an inspector port.
    this.process = fork(entry, [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      ...(execPath ? { execPath } : {}),
      env: { ...process.env, ...(modelsFolder ? { PERSONA_LENS_MODELS: modelsFolder } : {}) },
    });
    let stderr = '';
    this.process.stderr?.on('data', (chunk: Buffer) => (stderr = (stderr + chunk.toString()).slice(-8000)));
    this.connection = createMessageConnection(new IPCMessageReader(this.process), new IPCMessageWriter(this.process));
    this.connection.onNotification(auditEvent, ({ id, event }) => this.audits.get(id)?.onEvent(event));
    this.connection.onNotification(auditBatch, ({ id, batch }) => this.audits.get(id)?.onBatch(batch));
    this.connection.onNotification(checkFinding, ({ id, finding }) => this.checks.get(id)?.(finding));
    this.connection.onNotification(childLog, ({ level, message }) => logger[level](message));
    this.connection.listen();
    this.died = new Promise((_, reject) => {
      const end = (error: Error) => {
        onEnd();
        reject(this.isDisposed ? new CancelledError() : error);
        this.connection.dispose();
      };
      this.process.once('exit', (code, signal) => end(new ChildDiedError(this.hung ?? signal ?? `exit code ${String(code)}`)));
      this.process.on('error', (error) => {
        if (this.process.pid === undefined) end(new ChildDiedError(error.message, `The engine could not be started (${error.message}). Check personaLens.engine.execPath, or reinstall.`, false));
      });
    });
    this.process.once('close', () => {
      const lastWords = loggable(stderr);
      if (lastWords) logger.error(`engine child: ${lastWords}`);
    });
    this.died.catch(() => undefined);
  }

  /** Ends a child that does not answer. What it was asked is rejected with `why`. */
  killHung(why: string): void {
    this.hung ??= why;
    this.process.kill('SIGKILL');
  }

  /** Ends it because it is not wanted any more: what it was asked is cancelled. */
  dispose(): void {
    this.isDisposed = true;
    this.process.kill();
  }

  async request<P, R>(type: RequestType<P, R, ChildError>, params: P, signal?: AbortSignal): Promise<R> {
    return this.send((token) => this.connection.sendRequest(type, params, token), signal);
  }

  async diagnostics(): Promise<Diagnostics> {
    return this.send((token) => this.connection.sendRequest(diagnosticsRequest, token));
  }

  private async send<R>(start: (token: CancellationTokenSource['token']) => Promise<R>, signal?: AbortSignal): Promise<R> {
    if (signal?.aborted) throw new CancelledError();
    const source = new CancellationTokenSource();
    const abort = () => source.cancel();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([start(source.token), this.died]);
    } catch (error) {
      // The channel closes before the process is seen to end: what happened is that the child died.
      const real = this.process.connected ? translate(error) : await this.died.catch((died: unknown) => died);
      // What was cancelled is not tried again in another child.
      throw real instanceof ChildDiedError && signal?.aborted ? new CancelledError() : real;
    } finally {
      signal?.removeEventListener('abort', abort);
      source.dispose();
    }
  }
}

/** A failed request as the error it was in the child. */
function translate(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  if (error.code === errorCodes.cancelled) return new CancelledError();
  const data = error.data as ChildError | undefined;
  if (data?.expected) return new ExpectedError(data.reason, error.message);
  const bug = new Error(error.message);
  if (data?.stack) bug.stack = data.stack;
  return bug;
}
