import { commands, l10n, type QuickPickItem, window } from 'vscode';
import type { AuditedFiles } from '../audits/auditedFiles';
import { datasetEditor, idOf } from '../documents';
import type { LensProvider } from '../providers/lensProvider';
import type { CommandId } from './ids';

interface Action extends QuickPickItem {
  command: CommandId;
}

/** What can be done now with the file in front: the status bar item opens it. */
export async function showActions(files: AuditedFiles, lenses: LensProvider): Promise<void> {
  const editor = datasetEditor();
  const file = editor && files.get(idOf(editor.document));
  const action = (command: CommandId, label: string): Action => ({ command, label });
  const audited = file !== undefined && file.rows.size > 0;
  const actions: Action[] = [
    ...(file?.state === 'running' ? [action('personaLens.cancelAudit', l10n.t('$(stop-circle) Cancel the Audit'))] : []),
    ...(editor && file?.state !== 'running' ? [action('personaLens.auditFile', audited ? l10n.t('$(pulse) Audit Again') : l10n.t('$(pulse) Audit This File'))] : []),
    ...(audited ? [action('personaLens.nextFlagged', l10n.t('$(arrow-down) Go to Next Row to Review'))] : []),
    ...(editor && lenses.holds(idOf(editor.document)) ? [action('personaLens.showLenses', l10n.t('$(eye) Show the Lenses of the Rows in View'))] : []),
    ...(audited ? [action('personaLens.nextToMark', l10n.t('$(mortar-board) Next Row to Mark')), action('personaLens.teach', l10n.t('$(mortar-board) Teach from Marks'))] : []),
    ...(editor ? [action('personaLens.openHeatmap', l10n.t('$(graph) Open Heatmap'))] : []),
    action('personaLens.chooseOrdinaryFile', l10n.t('$(verified) Choose a File of Trusted Rows')),
    action('personaLens.chooseCard', l10n.t('$(note) Choose a Persona Card')),
    action('personaLens.chooseModel', l10n.t('$(chip) Choose a Model')),
    action('personaLens.checkModel', l10n.t('$(checklist) Check This Model')),
    action('personaLens.showCache', l10n.t('$(database) Show Cache')),
    action('personaLens.showLog', l10n.t('$(output) Show Log')),
    action('personaLens.copyDiagnostics', l10n.t('$(copy) Copy Diagnostics')),
  ];
  const chosen = await window.showQuickPick(actions, { title: 'Persona Lens' });
  if (chosen) await commands.executeCommand(chosen.command);
}
