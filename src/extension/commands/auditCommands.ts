import { commands, l10n, type Memento, type TextDocument, type TextEditor, ViewColumn, window, workspace } from 'vscode';
import { CancelledError } from '../../base/errors';
import type { Audits } from '../audits/audits';
import type { AuditState } from '../audits/auditedFile';
import type { AuditedFiles, DocumentId } from '../audits/auditedFiles';
import type { AuditRuns } from '../audits/auditRuns';
import { datasetEditor, idOf, nameOf, showDataset } from '../documents';
import type { EngineGate } from '../engineGate';
import type { ErrorBoundary } from '../errorBoundary';
import { withProgressNotification } from '../progressNotification';
import type { LensProvider } from '../providers/lensProvider';
import { verdictLine } from '../words/status';
import type { CommandId } from './ids';

interface Offer {
  title: string;
  command: CommandId | 'editor.action.toggleWordWrap';
}

/** Where the files are remembered that word wrap was offered for. */
const WRAP_OFFERED = 'personaLens.wrapOffered';
const FILES_REMEMBERED = 500;
const LINES_LOOKED_AT = 200;
const LONG_LINE = 250;

/** Audit This File, and its end. */
export class AuditCommands {
  constructor(
    private readonly engine: EngineGate,
    private readonly audits: Audits,
    private readonly runs: AuditRuns,
    private readonly files: AuditedFiles,
    private readonly lenses: LensProvider,
    private readonly boundary: ErrorBoundary,
    private readonly memento: Memento,
  ) {}

  /** Gives the state that the audit ended in. */
  async audit(target: unknown): Promise<AuditState> {
    this.engine.requireTrust();
    const editor = await showDataset(target);
    try {
      await this.withProgress(editor.document);
    } catch (error) {
      if (error instanceof CancelledError) return 'cancelled';
      throw error;
    }
    this.boundary.inBackground('offer the review', () => this.offerReview(editor));
    return 'done';
  }

  cancel(): boolean {
    const editor = datasetEditor();
    return editor !== undefined && this.runs.cancel(idOf(editor.document));
  }

  private async withProgress(document: TextDocument): Promise<void> {
    await withProgressNotification(l10n.t('Auditing {0}', nameOf(document)), (onProgress, signal) => this.audits.start(document, { signal, onProgress }));
  }

  /** The verdict in words, and what to do next. Nobody waits for it: it stands until it is read. */
  private async offerReview(editor: TextEditor): Promise<void> {
    const { document } = editor;
    const summary = this.files.get(idOf(document))?.summary;
    if (!summary) return;
    // Four titles fit into a message when they are short.
    const offers: Offer[] = [
      ...(summary.scored > 0 ? [{ title: l10n.t('First Row'), command: 'personaLens.nextFlagged' as const }] : []),
      ...(this.lenses.holds(idOf(document)) ? [{ title: l10n.t('Show Lenses'), command: 'personaLens.showLenses' as const }] : []),
      ...(summary.level === 'ranked' ? [{ title: l10n.t('Trusted Rows…'), command: 'personaLens.chooseOrdinaryFile' as const }] : []),
      ...(this.offersWrap(document) ? [{ title: l10n.t('Wrap Lines'), command: 'editor.action.toggleWordWrap' as const }] : []),
    ];
    const chosen = await window.showInformationMessage(`${nameOf(document)}: ${verdictLine(summary, l10n.t)}`, ...offers);
    if (!chosen) return;
    await window.showTextDocument(document, { viewColumn: editor.viewColumn ?? ViewColumn.Active });
    await commands.executeCommand(chosen.command);
  }

  /** Once a file, at its first audit, where the answers stand far to the right. */
  private offersWrap(document: TextDocument): boolean {
    const id = idOf(document);
    const offered = this.memento.get<DocumentId[]>(WRAP_OFFERED, []);
    const isWrapped = workspace.getConfiguration('editor', document).get('wordWrap') !== 'off';
    if (offered.includes(id) || isWrapped || !hasLongLines(document)) return false;
    void this.memento.update(WRAP_OFFERED, [...offered, id].slice(-FILES_REMEMBERED));
    return true;
  }
}

/** Rows of JSONL are single lines, often of thousands of characters. The first lines speak for the file. */
function hasLongLines(document: TextDocument): boolean {
  const lines = Math.min(document.lineCount, LINES_LOOKED_AT);
  return Array.from({ length: lines }, (_, line) => document.lineAt(line).text.length).some((length) => length >= LONG_LINE);
}
