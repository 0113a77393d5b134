import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Auditor } from '../../src/audit/auditor';
import { defaultSettings } from '../../src/audit/defaults';
import type { AuditEvent, AuditResult, AuditSettings } from '../../src/protocol';

/** A temporary folder, and what removes it. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'persona-lens-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const settings = (changes: Partial<AuditSettings> = {}): AuditSettings => ({ ...defaultSettings, ...changes });

export const cacheIn = (folder: string): AuditSettings['cache'] => ({ folder, maxBytes: 1e9 });

/** One row in the messages shape, as a line. */
export const chatLine = (question: string, answer: string): string =>
  JSON.stringify({ messages: [{ role: 'user', content: question }, { role: 'assistant', content: answer }] });

/** Audits a text to its end and keeps what was said on the way. */
export async function auditText(auditor: Auditor, text: string, changes: Partial<AuditSettings> = {}, signal?: AbortSignal): Promise<AuditResult & { events: AuditEvent[] }> {
  const events: AuditEvent[] = [];
  const { result } = auditor.audit({ path: 'test.jsonl', text, settings: settings(changes) }, (event) => events.push(event), signal);
  return { ...(await result), events };
}
