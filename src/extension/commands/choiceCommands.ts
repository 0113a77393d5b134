import { l10n, Uri, window, workspace } from 'vscode';
import { datasetEditor } from '../documents';
import type { EngineGate } from '../engineGate';
import { section } from '../settings';
import type { SettingName } from '../settingsSchema';
import { writePathSetting } from './pathSetting';

interface Choice {
  setting: Extract<SettingName, 'ordinaryFile' | 'card'>;
  title: string;
  filters: Record<string, string[]>;
  none: string;
}

/** Choosing the files that rows are compared with. They write a setting; what follows from that is the DocumentFollower's. */
export class ChoiceCommands {
  constructor(private readonly engine: EngineGate) {}

  ordinaryFile(target: unknown): Promise<void> {
    return this.choose(target, {
      setting: 'ordinaryFile',
      title: l10n.t('Choose a file of rows that you trust (at least 40)'),
      filters: { [l10n.t('Datasets')]: ['jsonl', 'ndjson', 'json'] },
      none: l10n.t('No Trusted Rows'),
    });
  }

  card(target: unknown): Promise<void> {
    return this.choose(target, {
      setting: 'card',
      title: l10n.t('Choose a persona card'),
      filters: { [l10n.t('Persona cards')]: ['json'] },
      none: l10n.t('The Bundled Card'),
    });
  }

  private async choose(target: unknown, choice: Choice): Promise<void> {
    this.engine.requireTrust();
    const scope = datasetEditor()?.document.uri;
    const uri = target instanceof Uri ? target : await this.ask(choice, scope);
    if (uri === undefined) return;
    await writePathSetting(choice.setting, uri, scope);
  }

  /** A file, null for none, undefined when nothing was chosen. Asks for none only where there is one to take away. */
  private async ask({ setting, title, filters, none }: Choice, scope: Uri | undefined): Promise<Uri | null | undefined> {
    const file = l10n.t('Choose a File…');
    if (workspace.getConfiguration(section, scope).get(setting) !== '') {
      const chosen = await window.showQuickPick([file, none], { title });
      if (chosen !== file) return chosen === none ? null : undefined;
    }
    const folder = scope && workspace.getWorkspaceFolder(scope)?.uri;
    const found = await window.showOpenDialog({ title, filters, canSelectMany: false, ...(folder && { defaultUri: folder }) });
    return found?.[0];
  }
}
