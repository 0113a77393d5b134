import { countWords } from '../core/report';
import type { AuditProgress, AuditSettings } from '../protocol';

/** What a cancelled audit leaves behind. */
export function cancelledWords(last: AuditProgress | null, cache: AuditSettings['cache']): string {
  const reached = last && last.total > 0 ? `Cancelled during ${last.stage}, ${countWords(last.done)} of ${countWords(last.total)} rows done.` : 'Cancelled before any row was run.';
  if (cache === null) return `${reached} Nothing was kept (--no-cache).`;
  return `${reached} What was computed is kept in the cache (${cache.folder}): the same command goes on from there.`;
}

/** 128 and the signal's number, as shells do. */
export function cancelledCode(signal: AbortSignal): number {
  return signal.reason === 'SIGTERM' ? 143 : 130;
}
