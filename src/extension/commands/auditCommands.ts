import { commands, l10n, ProgressLocation, type TextDocument, window } from 'vscode';
import type { Audits } from '../audits/audits';
import type { AuditState } from '../audits/auditedFile';
import type { AuditedFiles } from '../audits/auditedFiles';
import type { AuditRuns } from '../audits/auditRuns';
import { signalOf } from '../cancellation';
import { datasetEditor, idOf, nameOf, showDataset } from '../documents';
import type { EngineGate } from '../engineGate';
import { CancelledError } from '../../base/errors';
import { progressWords } from '../words/progress';
import type { CommandId } from './ids';

/** Audit This File, and its end. */
export class AuditCommands {
  constructor(
    private readonly engine: EngineGate,
    private readonly audits: Audits,
    private readonly runs: AuditRuns,
    private readonly files: AuditedFiles,
  ) {}

  /** Gives the state that the audit ended in. */
  async audit(target: unknown): Promise<AuditState> {
    this.engine.requireTrust();
    const { document } = await showDataset(target);
    try {
      await this.withProgress(document);
    } catch (error) {
      if (error instanceof CancelledError) return 'cancelled';
      throw error;
    }
    void this.offerReview(document);
    return 'done';
  }

  cancel(): boolean {
    const editor = datasetEditor();
    return editor !== undefined && this.runs.cancel(idOf(editor.document));
  }

  private async withProgress(document: TextDocument): Promise<void> {
    const options = { location: ProgressLocation.Notification, cancellable: true, title: l10n.t('Auditing {0}', nameOf(document)) };
    await window.withProgress(options, async (progress, token) => {
      const cancellation = signalOf(token);
      let percent = 0;
      try {
        await this.audits.start(document, {
          signal: cancellation.signal,
          onProgress: (now) => {
            const reached = now.total > 0 ? (100 * now.done) / now.total : percent;
            progress.report({ message: progressWords(now, l10n.t), increment: Math.max(0, reached - percent) });
            percent = Math.max(percent, reached);
          },
        });
      } finally {
        cancellation.dispose();
      }
    });
  }

  /** The verdict in words, and the two things to do next. Not awaited: it stands until it is read. */
  private async offerReview(document: TextDocument): Promise<void> {
    const summary = this.files.get(idOf(document))?.summary;
    if (!summary) return;
    const review = l10n.t('Go to the First Row');
    const trusted = l10n.t('Choose Trusted Rows');
    const offers = [...(summary.scored > 0 ? [review] : []), ...(summary.level === 'ranked' ? [trusted] : [])];
    const chosen = await window.showInformationMessage(`${nameOf(document)}: ${summary.verdictText}`, ...offers);
    const command: CommandId | undefined = chosen === review ? 'personaLens.nextFlagged' : chosen === trusted ? 'personaLens.chooseOrdinaryFile' : undefined;
    if (command) await commands.executeCommand(command);
  }
}
