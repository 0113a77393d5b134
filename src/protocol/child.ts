import { NotificationType, RequestType, RequestType0 } from 'vscode-jsonrpc/node';
import type { CheckFinding, ModelCheck } from '../core/types';
import type { AuditRequest, BatchNotice, CacheInfo, CheckRequest, DefaultCardRequest, DefaultCardResult, Diagnostics, InspectRequest, LineSpan, ListedModel, ModelSettings, ModelsRequest, ResidualsFile, ResidualsRequest, RowInspection, TaughtFile, TeachRequest } from './audit';
import type { SentEvent, SentResult } from './sentRows';

/** Messages between the host (or any parent) and the engine child. A request's id ties its notifications to it. */
export const auditRequest = new RequestType<AuditRequest & { id: number }, SentResult, ChildError>('audit');
export const auditEvent = new NotificationType<{ id: number; event: SentEvent }>('audit/event');
/** A batch is about to run; null: it ended. Sent before the native call, which holds the child until it ends. */
export const auditBatch = new NotificationType<{ id: number; batch: BatchNotice | null }>('audit/batch');
export const auditView = new NotificationType<{ id: number; view: LineSpan }>('audit/view');
export const inspectRequest = new RequestType<InspectRequest, RowInspection, ChildError>('inspect');
export const teachRequest = new RequestType<TeachRequest & { id: number }, TaughtFile, ChildError>('teach');
export const residualsRequest = new RequestType<ResidualsRequest, ResidualsFile, ChildError>('residuals');
export const checkRequest = new RequestType<CheckRequest & { id: number }, ModelCheck, ChildError>('check');
/** What a check has found, as it is found. */
export const checkFinding = new NotificationType<{ id: number; finding: CheckFinding }>('check/finding');
export const modelsRequest = new RequestType<ModelsRequest, ListedModel[], ChildError>('models');
export const hasCardRequest = new RequestType<ModelSettings, boolean, ChildError>('models/hasCard');
export const defaultCardRequest = new RequestType<DefaultCardRequest & { id: number }, DefaultCardResult, ChildError>('card/default');
export const cacheInfoRequest = new RequestType<{ folder: string; maxBytes: number }, CacheInfo, ChildError>('cache/info');
export const clearCacheRequest = new RequestType<{ folder: string; maxBytes: number }, CacheInfo, ChildError>('cache/clear');
export const diagnosticsRequest = new RequestType0<Diagnostics, ChildError>('diagnostics');
export const childLog = new NotificationType<{ level: 'debug' | 'info' | 'warn' | 'error'; message: string }>('log');

/** Travels as the data of a ResponseError: `expected` errors are shown, others are bugs and logged with their stack. */
export interface ChildError {
  expected: boolean;
  reason: string;
  stack?: string;
}

/** Codes of failed requests. */
export const errorCodes = { cancelled: -32800, failed: -32803 } as const;
