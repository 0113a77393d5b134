import { commands, l10n, window } from 'vscode';
import type { EngineGate } from '../engineGate';
import type { ErrorBoundary } from '../errorBoundary';
import type { CacheInfo } from '../../protocol';
import type { Settings } from '../settings';
import { countWords, megabytes } from '../words/numbers';
import type { CommandId } from './ids';

interface Offer {
  title: string;
  command: CommandId | 'workbench.action.openSettings';
  args: string[];
}

/** Showing and clearing the vectors that are kept of scored rows. */
export class CacheCommands {
  constructor(
    private readonly engine: EngineGate,
    private readonly settings: Settings,
    private readonly onInfo: (info: CacheInfo) => void,
    private readonly boundary: ErrorBoundary,
  ) {}

  async show(): Promise<CacheInfo> {
    const info = await this.engine.auditor().cacheInfo(this.settings.cache());
    this.onInfo(info);
    this.boundary.inBackground('show the cache', () => this.tell(info));
    return info;
  }

  /** Asks first, unless told that it was asked. */
  async clear(confirmed: unknown): Promise<CacheInfo | undefined> {
    const auditor = this.engine.auditor();
    if (confirmed !== true && !(await confirm())) return undefined;
    const info = await auditor.clearCache(this.settings.cache());
    this.onInfo(info);
    void window.showInformationMessage(l10n.t('The cache is empty now. Rows are scored again when they are needed.'));
    return info;
  }

  private async tell({ bytes, maxBytes, records, folder }: CacheInfo): Promise<void> {
    const offers: Offer[] = [
      { title: l10n.t('Clear Cache'), command: 'personaLens.clearCache', args: [] },
      { title: l10n.t('Change Its Size'), command: 'workbench.action.openSettings', args: ['personaLens.cache'] },
    ];
    const text = l10n.t('The cache holds vectors of {0} rows in {1} (at most {2}), in {3}.', countWords(records), megabytes(bytes), megabytes(maxBytes), folder);
    const chosen = await window.showInformationMessage(text, ...offers);
    if (chosen) await commands.executeCommand(chosen.command, ...chosen.args);
  }
}

async function confirm(): Promise<boolean> {
  const clear = l10n.t('Clear');
  const detail = l10n.t('Scored rows are run again when they are needed. Nothing else is lost.');
  return (await window.showWarningMessage(l10n.t('Clear the cache of scored rows?'), { modal: true, detail }, clear)) === clear;
}
