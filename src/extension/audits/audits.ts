import type { TextDocument } from 'vscode';
import type { AuditProgress } from '../../protocol';
import { editorsOf, idOf, snapshotOf, viewOf } from '../documents';
import type { EngineGate } from '../engineGate';
import type { Settings } from '../settings';
import type { AuditRuns } from './auditRuns';
import type { InputFiles } from './inputFiles';

/** Starts an audit of a document with its settings, the rows in view first. */
export class Audits {
  constructor(
    private readonly runs: AuditRuns,
    private readonly settings: Settings,
    private readonly engine: EngineGate,
    private readonly inputs: InputFiles,
  ) {}

  /** Resolves when the audit ended; see AuditRuns.start. */
  async start(document: TextDocument, options: { onProgress?: (progress: AuditProgress) => void; signal?: AbortSignal } = {}): Promise<void> {
    this.engine.requireTrust();
    const view = viewOf(editorsOf(idOf(document))[0]);
    const settings = this.settings.audit(document.uri);
    this.inputs.watch(settings);
    await this.runs.start(snapshotOf(document), settings, { ...options, spans: this.settings.display('lens.top', document.uri), ...(view && { view }) });
  }
}
