import { commands, l10n, window } from 'vscode';
import { ExpectedError } from '../../base/errors';
import { twoDecimals } from '../../core/report';
import type { DefaultCardResult } from '../../protocol';
import { datasetEditor } from '../documents';
import type { EngineGate } from '../engineGate';
import type { ErrorBoundary } from '../errorBoundary';
import { withProgressNotification } from '../progressNotification';
import type { Settings } from '../settings';
import type { CommandId } from './ids';

/** Making persona cards. */
export class CardCommands {
  constructor(
    private readonly engine: EngineGate,
    private readonly settings: Settings,
    private readonly boundary: ErrorBoundary,
    /** Name and version of the product. */
    private readonly software: string,
  ) {}

  /** Makes the default card of the chosen model; audits find it by themselves afterwards. */
  async makeDefault(): Promise<DefaultCardResult> {
    const auditor = this.engine.auditor();
    const settings = this.settings.audit(datasetEditor()?.document.uri);
    if (settings.model === null) throw new ExpectedError('bad-setting', l10n.t('The bundled model comes with its default card. Choose another model in personaLens.model first.'));
    const made = await withProgressNotification(l10n.t('Making the default card'), (onProgress, signal) =>
      auditor.makeDefaultCard({ settings, hookPoint: null, software: this.software }, (event) => event.type === 'progress' && onProgress(event.progress), signal),
    );
    this.boundary.inBackground('offer an audit', () => this.offerAudit(made));
    return made;
  }

  private async offerAudit({ model, card, hookPoint }: DefaultCardResult): Promise<void> {
    const all = card.probes[0]!.evidence.rows.find(({ domain }) => domain === 'all');
    const text = l10n.t('{0} has a default card now, read at {1}. On domains that it did not see it reaches AUROC {2}; TF-IDF {3}, loss {4}.', model, hookPoint, ...[all?.auroc, all?.tfidf, all?.loss].map((estimate) => (estimate ? twoDecimals(estimate.value) : '-')));
    const offer: { title: string; command: CommandId } = { title: l10n.t('Audit This File'), command: 'personaLens.auditFile' };
    const chosen = await window.showInformationMessage(text, offer);
    if (chosen) await commands.executeCommand(chosen.command);
  }
}
