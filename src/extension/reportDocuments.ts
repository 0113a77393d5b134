import { commands, type Disposable, EventEmitter, Uri, workspace } from 'vscode';
import { DisposableStore } from '../base/disposable';

const scheme = 'persona-lens-report';

/** Reports as documents that cannot be edited and need no saving, shown as rendered Markdown. */
export class ReportDocuments implements Disposable {
  private readonly store = new DisposableStore();
  private readonly texts = new Map<string, string>();
  private readonly changed = this.store.add(new EventEmitter<Uri>());

  constructor() {
    this.store.add(workspace.registerTextDocumentContentProvider(scheme, { onDidChange: this.changed.event, provideTextDocumentContent: ({ path }) => this.texts.get(path) ?? '' }));
  }

  /** @param name one document a name: another text under it takes the first one's place */
  async show(name: string, markdown: string): Promise<void> {
    const uri = Uri.from({ scheme, path: `/${name}.md` });
    this.texts.set(uri.path, markdown);
    this.changed.fire(uri);
    await commands.executeCommand('markdown.showPreview', uri);
  }

  dispose(): void {
    this.store.dispose();
  }
}
