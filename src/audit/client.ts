import { type ChildProcess, fork } from 'node:child_process';
import { CancellationTokenSource, IPCMessageReader, IPCMessageWriter, type MessageConnection, type RequestType, ResponseError, createMessageConnection } from 'vscode-jsonrpc/node';
import { CancelledError, ExpectedError } from '../base/errors';
import { type Logger } from '../base/logger';
import type { AuditEvent, AuditRequest, CacheInfo, Diagnostics, InspectRequest, RowInspection } from '../protocol';
import { type ChildError, auditEvent, auditRequest, auditView, cacheInfoRequest, childLog, clearCacheRequest, diagnosticsRequest, errorCodes, inspectRequest } from '../protocol/child';
import type { AuditHandle, Auditor, CacheLocation } from './auditor';

export interface ClientOptions {
  /** The engine child's script. */
  entry: string;
  /** The Node that runs it; this process's own unless told. */
  execPath?: string | undefined;
  /** Folder of the bundled models; beside the script unless told. */
  modelsFolder?: string | undefined;
  logger: Logger;
}

/** Thrown to whoever waits when the child ends in the middle of a request. */
export class ChildDiedError extends ExpectedError<'engine-died'> {}

/** The engine child, seen from its parent: started at the first request, started again after a crash. */
export class AuditClient implements Auditor {
  private child: RunningChild | null = null;
  private nextId = 1;

  constructor(private readonly options: ClientOptions) {}

  audit(request: AuditRequest, onEvent: (event: AuditEvent) => void, signal?: AbortSignal): AuditHandle {
    const id = this.nextId++;
    const child = this.running();
    child.listeners.set(id, onEvent);
    const result = child.request(auditRequest, { ...request, id }, signal).finally(() => child.listeners.delete(id));
    return { result, setView: (view) => void child.connection.sendNotification(auditView, { id, view }).catch(() => undefined) };
  }

  inspect(request: InspectRequest, signal?: AbortSignal): Promise<RowInspection> {
    return this.running().request(inspectRequest, request, signal);
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
    this.child?.process.kill();
    this.child = null;
  }

  private running(): RunningChild {
    if (!this.child) {
      const child = new RunningChild(this.options);
      child.process.once('exit', () => {
        if (this.child === child) this.child = null;
      });
      this.child = child;
    }
    return this.child;
  }
}

class RunningChild {
  readonly process: ChildProcess;
  readonly connection: MessageConnection;
  readonly listeners = new Map<number, (event: AuditEvent) => void>();
  private readonly died: Promise<never>;

  constructor({ entry, execPath, modelsFolder, logger }: ClientOptions) {
    // The host's own execArgv must not be passed on: it may hold an inspector port.
    this.process = fork(entry, [], {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      ...(execPath ? { execPath } : {}),
      env: { ...process.env, ...(modelsFolder ? { PERSONA_LENS_MODELS: modelsFolder } : {}) },
    });
    let lastWords = '';
    this.process.stderr?.on('data', (chunk: Buffer) => (lastWords = (lastWords + chunk.toString()).slice(-2000)));
    this.connection = createMessageConnection(new IPCMessageReader(this.process), new IPCMessageWriter(this.process));
    this.connection.onNotification(auditEvent, ({ id, event }) => this.listeners.get(id)?.(event));
    this.connection.onNotification(childLog, ({ level, message }) => logger[level](message));
    this.connection.listen();
    this.died = new Promise((_, reject) => {
      const end = (what: string) => {
        if (lastWords.trim()) logger.error(`engine child: ${lastWords.trim()}`);
        reject(new ChildDiedError('engine-died', `The engine stopped (${what}). What was scored is kept: run the audit again to go on. If it stops again, lower personaLens.maxTokens, or choose another Node with personaLens.engine.execPath.`));
        this.connection.dispose();
      };
      this.process.once('exit', (code, signal) => end(signal ?? `exit code ${String(code)}`));
      this.process.once('error', (error) => end(error.message));
    });
    this.died.catch(() => undefined);
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
      if (!this.process.connected) return await this.died;
      throw translate(error);
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
