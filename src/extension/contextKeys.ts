import { commands, window } from 'vscode';
import { type Disposable, DisposableStore } from '../base/disposable';
import type { AuditedFiles } from './audits/auditedFiles';
import { datasetEditor, idOf } from './documents';

/** What the `when` clauses of package.json ask about the dataset in front. */
export class ContextKeys implements Disposable {
  private readonly store = new DisposableStore();
  private readonly last = new Map<string, boolean>();

  constructor(private readonly files: AuditedFiles) {
    this.store.add(files.onDidChange(({ change }) => change !== 'progress' && this.update()));
    this.store.add(window.onDidChangeActiveTextEditor(() => this.update()));
    this.update();
  }

  private update(): void {
    const editor = datasetEditor();
    const file = editor && this.files.get(idOf(editor.document));
    this.set('personaLens.running', file?.state === 'running');
    this.set('personaLens.audited', file !== undefined && file.rows.size > 0);
  }

  private set(key: string, value: boolean): void {
    if (this.last.get(key) === value) return;
    this.last.set(key, value);
    void commands.executeCommand('setContext', key, value);
  }

  dispose(): void {
    this.store.dispose();
  }
}
