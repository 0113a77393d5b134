import { type TextDocument, type TextDocumentChangeEvent, type Uri, window, workspace } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import { Debouncer } from '../debouncer';
import { documentById, hasTab, idOf, uriOfTab, viewOf } from '../documents';
import type { ErrorBoundary } from '../errorBoundary';
import type { AuditSettings } from '../../protocol';
import type { Settings } from '../settings';
import type { AuditedFile } from './auditedFile';
import { type AuditedFiles, type DocumentId, movedId } from './auditedFiles';
import { type AuditRuns, settingsKey } from './auditRuns';
import type { Audits } from './audits';
import { type InputFiles, inputsOf } from './inputFiles';

const PAUSE_MS = 1500;
/** One change of a setting or a save is told several times. */
const SETTLE_MS = 200;

/**
 * Keeps the score cache in step with the editor: rows move with edits, changed rows are scored again after a pause, other
 * settings begin anew, a renamed document is audited under its new name, and a closed (or deleted) one is forgotten.
 */
export class DocumentFollower implements Disposable {
  private readonly store = new DisposableStore();
  private readonly pauses = this.store.add(new Debouncer<DocumentId>());
  /** New names of audited documents that are being renamed. */
  private readonly renamed = new Set<DocumentId>();

  constructor(
    private readonly files: AuditedFiles,
    private readonly runs: AuditRuns,
    private readonly audits: Audits,
    private readonly settings: Settings,
    private readonly boundary: ErrorBoundary,
    inputs: InputFiles,
  ) {
    this.store.add(workspace.onDidChangeTextDocument((event) => this.edited(event)));
    this.store.add(workspace.onDidCloseTextDocument(({ uri }) => this.closed(uri)));
    // The editor may keep a document for minutes after its last tab was closed.
    this.store.add(window.tabGroups.onDidChangeTabs(({ closed }) => closed.forEach(({ input }) => this.tabClosed(uriOfTab(input)))));
    // The old document is closed before or after the renaming is told.
    this.store.add(workspace.onWillRenameFiles((event) => this.renaming(event.files)));
    this.store.add(workspace.onDidRenameFiles(() => workspace.textDocuments.forEach((document) => this.followRenaming(document))));
    this.store.add(workspace.onDidOpenTextDocument((document) => this.followRenaming(document)));
    this.store.add(settings.onDidChange(() => boundary.inBackground('settings changed', () => this.settingsChanged())));
    this.store.add(inputs.onDidChange((path) => boundary.inBackground('a file beside the dataset changed', () => this.inputChanged(path))));
    this.store.add(
      window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => {
        const view = viewOf(textEditor);
        if (view) runs.setView(idOf(textEditor.document), view);
      }),
    );
  }

  private edited({ document, contentChanges }: TextDocumentChangeEvent): void {
    const id = idOf(document);
    const file = this.files.get(id);
    if (!file || contentChanges.length === 0) return;
    file.edit(contentChanges);
    const worthIt = file.summary !== null || file.state === 'running';
    if (!worthIt || file.state === 'failed' || !this.settings.display('autoReaudit', document.uri)) return;
    this.pauses.schedule(id, PAUSE_MS, () => this.reaudit(document));
  }

  private tabClosed(uri: Uri | undefined): void {
    if (uri && !hasTab(uri)) this.closed(uri);
  }

  private closed(uri: Uri): void {
    this.pauses.cancel(uri.toString());
    this.runs.close(uri.toString());
  }

  /** @param moves of files, or of folders that hold some */
  private renaming(moves: readonly { oldUri: Uri; newUri: Uri }[]): void {
    for (const id of this.files.ids()) {
      for (const { oldUri, newUri } of moves) {
        const moved = movedId(id, oldUri.toString(), newUri.toString());
        if (moved !== null && this.files.get(id)?.summary) this.renamed.add(moved);
      }
    }
  }

  /** What was scored is found again by its text: nothing is run. */
  private followRenaming(document: TextDocument): void {
    if (this.renamed.delete(idOf(document))) this.reaudit(document);
  }

  private settingsChanged(): void {
    this.beginAnew((file, settings) => !file.isUnder(settingsKey(settings)));
  }

  private inputChanged(path: string): void {
    this.beginAnew((_file, settings) => inputsOf(settings).includes(path));
  }

  /** Numbers computed with something else than what is in force are not shown a moment longer. */
  private beginAnew(isOld: (file: AuditedFile, settings: AuditSettings) => boolean): void {
    for (const id of this.files.ids()) {
      const document = documentById(id);
      const file = this.files.get(id);
      if (!document || !file || !isOld(file, this.settings.audit(document.uri))) continue;
      this.runs.cancel(id);
      file.forget();
      this.pauses.schedule(id, SETTLE_MS, () => this.reaudit(document));
    }
  }

  private reaudit(document: TextDocument): void {
    if (document.isClosed) return;
    this.pauses.cancel(idOf(document));
    this.boundary.inBackground('audit after a change', () => this.audits.start(document));
  }

  dispose(): void {
    this.store.dispose();
  }
}
