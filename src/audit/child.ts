import { join } from 'node:path';
import { IPCMessageReader, ResponseError, createMessageConnection, type CancellationToken } from 'vscode-jsonrpc/node';
import { CancelledError, isExpected } from '../base/errors';
import type { Logger } from '../base/logger';
import type { AuditEvent, BatchNotice } from '../protocol';
import { auditBatch, auditEvent, auditRequest, auditView, cacheInfoRequest, checkFinding, checkRequest, type ChildError, childLog, clearCacheRequest, defaultCardRequest, diagnosticsRequest, errorCodes, hasCardRequest, inspectRequest, modelsRequest, residualsRequest, teachRequest } from '../protocol/child';
import type { AuditHandle } from './auditor';
import { endWithParent } from './orphan';
import { SentMessageWriter } from './sentMessageWriter';
import { AuditService } from './service';
import { RowsSender } from './transport/rowsChannel';

/** The engine child: the pipeline behind messages, in a process of its own that may crash, hang or be killed. It ends with its parent. */
endWithParent();
// Ctrl-C in a terminal reaches every process of it: the parent says what is cancelled.
process.on('SIGINT', () => undefined);
// What ends the process stands in its last words, which the parent logs: never a message, which may quote a row.
process.on('uncaughtException', (error) => {
  process.stderr.write(`${placesOf(error)}\n`);
  process.exit(70);
});

const connection = createMessageConnection(new IPCMessageReader(process), new SentMessageWriter());
const say = (level: 'debug' | 'info' | 'warn' | 'error') => (message: string) => void connection.sendNotification(childLog, { level, message });
const logger: Logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
const modelsFolder = process.env['PERSONA_LENS_MODELS'] ?? join(__dirname, '..', 'models');
const service = new AuditService({ modelsFolder, probe: join(__dirname, 'probe.cjs'), logger });
const running = new Map<number, AuditHandle>();

connection.onRequest(auditRequest, ({ id, ...request }, token) =>
  answer(token, async (signal) => {
    const rows = new RowsSender();
    const handle = service.audit(request, eventsOf(id, rows), signal, batchesOf(id));
    running.set(id, handle);
    try {
      return rows.result(await handle.result);
    } finally {
      running.delete(id);
    }
  }),
);
connection.onNotification(auditView, ({ id, view }) => running.get(id)?.setView(view));
connection.onRequest(inspectRequest, (request, token) => answer(token, (signal) => service.inspect(request, signal)));
connection.onRequest(teachRequest, ({ id, ...request }, token) => answer(token, (signal) => service.teach(request, eventsOf(id), signal, batchesOf(id))));
connection.onRequest(residualsRequest, (request, token) => answer(token, (signal) => service.residuals(request, signal)));
connection.onRequest(checkRequest, ({ id, ...request }, token) => answer(token, (signal) => service.check(request, (finding) => void connection.sendNotification(checkFinding, { id, finding }), signal)));
connection.onRequest(modelsRequest, (request, token) => answer(token, () => service.models(request)));
connection.onRequest(hasCardRequest, (settings, token) => answer(token, () => service.hasCard(settings)));
connection.onRequest(defaultCardRequest, ({ id, ...request }, token) => answer(token, (signal) => service.makeDefaultCard(request, eventsOf(id), signal, batchesOf(id))));
connection.onRequest(cacheInfoRequest, (location, token) => answer(token, () => service.cacheInfo(location)));
connection.onRequest(clearCacheRequest, (location, token) => answer(token, () => service.clearCache(location)));
connection.onRequest(diagnosticsRequest, (token) => answer(token, () => service.diagnostics()));
connection.listen();

/** What a request says on its way goes to the parent under its id. */
function eventsOf(id: number, rows = new RowsSender()): (event: AuditEvent) => void {
  return (event) => void connection.sendNotification(auditEvent, { id, event: rows.event(event) });
}

function batchesOf(id: number): (batch: BatchNotice | null) => Promise<void> {
  return (batch) => connection.sendNotification(auditBatch, { id, batch });
}

/** Runs a request under an AbortSignal and gives its failure as data: expected ones to be shown, others with their stack. */
async function answer<T>(token: CancellationToken, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  token.onCancellationRequested(() => controller.abort());
  try {
    return await work(controller.signal);
  } catch (error) {
    if (error instanceof CancelledError) throw new ResponseError(errorCodes.cancelled, error.message);
    if (isExpected(error)) throw new ResponseError<ChildError>(errorCodes.failed, error.message, { expected: true, reason: error.reason });
    throw new ResponseError<ChildError>(errorCodes.failed, 'unexpected error in the engine', { expected: false, reason: 'bug', stack: placesOf(error) });
  }
}

/** Where a bug happened, without its message: a parser's message may quote a row, and what is said here is logged. */
function placesOf(error: unknown): string {
  if (!(error instanceof Error)) return 'not an Error';
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames].join('\n');
}
