import { MarkdownString, StatusBarAlignment, type StatusBarItem, l10n, window } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { CacheInfo } from '../../protocol';
import type { AuditedFile } from '../audits/auditedFile';
import type { AuditedFiles } from '../audits/auditedFiles';
import type { CommandId } from '../commands/ids';
import { datasetEditor, idOf } from '../documents';
import { type StatusSubject, statusText, statusTooltip } from '../words/status';

const actions: CommandId = 'personaLens.showActions';

/** The status bar item of the dataset in front: model, device, how far, how many flagged. */
export class AuditStatusBar implements Disposable {
  private readonly store = new DisposableStore();
  private readonly item: StatusBarItem = this.store.add(window.createStatusBarItem('personaLens.status', StatusBarAlignment.Left, 50));
  private cache: CacheInfo | null = null;

  constructor(private readonly files: AuditedFiles) {
    this.item.name = 'Persona Lens';
    this.item.command = actions;
    this.store.add(files.onDidChange(() => this.update()));
    this.store.add(window.onDidChangeActiveTextEditor(() => this.update()));
    this.store.add(window.onDidChangeVisibleTextEditors(() => this.update()));
    this.update();
  }

  /** The cache's size as it was last told. */
  setCache(cache: CacheInfo): void {
    this.cache = cache;
    this.update();
  }

  private update(): void {
    const editor = datasetEditor();
    const file = editor && this.files.get(idOf(editor.document));
    if (file) {
      const subject = subjectOf(file);
      this.item.text = statusText(subject, l10n.t);
      this.item.tooltip = new MarkdownString(statusTooltip(subject, this.cache, l10n.t));
      this.item.show();
    } else if (editor?.document.languageId === 'jsonl') {
      this.item.text = '$(pulse) Persona Lens';
      this.item.tooltip = l10n.t('This file was not audited: click for what can be done.');
      this.item.show();
    } else {
      this.item.hide();
    }
  }

  dispose(): void {
    this.store.dispose();
  }
}

function subjectOf({ state, engine, progress, summary, rowCount, rows, problems, failure, notices, taught }: AuditedFile): StatusSubject {
  return { state, engine, progress, summary, rowCount, scored: rows.size, flagged: summary?.flagged ?? 0, problems: problems.length, failure, notices, taught: taught.result };
}
