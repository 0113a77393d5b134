import { basename, dirname } from 'node:path';
import { RelativePattern, Uri, workspace } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import { Emitter } from '../../base/emitter';
import { adapterFiles } from '../../core/model/adapter/files';
import type { AuditSettings } from '../../protocol';

/** The user's own files that an audit reads beside the dataset. */
export function inputsOf({ card, adapter, ordinary, template }: AuditSettings): string[] {
  return [card, ...(adapter ? adapterFiles(adapter.folder) : []), ordinary, template.kind === 'file' ? template.path : null].filter((path) => path !== null);
}

/** Tells when a card, an adapter, trusted rows or a template changed on disk: what was scored with them is old then. */
export class InputFiles implements Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<string>());
  readonly onDidChange = this.changed.event;
  private readonly watched = new Set<string>();

  watch(settings: AuditSettings): void {
    for (const path of inputsOf(settings)) {
      if (this.watched.has(path)) continue;
      this.watched.add(path);
      const watcher = this.store.add(workspace.createFileSystemWatcher(new RelativePattern(Uri.file(dirname(path)), basename(path))));
      const tell = (): void => this.changed.fire(path);
      watcher.onDidChange(tell);
      watcher.onDidCreate(tell);
      watcher.onDidDelete(tell);
    }
  }

  dispose(): void {
    this.store.dispose();
  }
}
