import { basename, dirname } from 'node:path';
import { RelativePattern, Uri, workspace } from 'vscode';
import { addMarks, markLine, marksPath, readMarks } from '../../audit/marks';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { MarkLabel } from '../../core/types';
import type { ErrorBoundary } from '../errorBoundary';
import type { Logger } from '../../base/logger';
import type { Settings } from '../settings';
import type { AuditedFiles, DocumentId } from './auditedFiles';

/** The marks beside the audited files: read when an audit begins, read again when the file changes, written line by line. */
export class MarkBook implements Disposable {
  private readonly store = new DisposableStore();
  private readonly watched = new Map<DocumentId, Disposable>();

  constructor(
    private readonly files: AuditedFiles,
    private readonly settings: Settings,
    private readonly boundary: ErrorBoundary,
    private readonly logger: Logger,
  ) {
    this.store.add(
      files.onDidChange(({ id, change }) => {
        if (change === 'state') this.watch(id);
        if (change === 'closed') this.unwatch(id);
      }),
    );
  }

  /** Writes a mark, or takes it back, and shows it. The dataset is never touched. @throws ExpectedError `cannot-write` */
  async mark(id: DocumentId, hash: string, mark: MarkLabel | null): Promise<void> {
    const { fsPath } = Uri.parse(id);
    await addMarks(fsPath, [markLine(hash, mark, this.settings.display('marks.author', Uri.parse(id)) || null)]);
    await this.read(id);
  }

  private watch(id: DocumentId): void {
    if (this.watched.has(id)) return;
    const path = marksPath(Uri.parse(id).fsPath);
    const watcher = workspace.createFileSystemWatcher(new RelativePattern(Uri.file(dirname(path)), basename(path)));
    const again = (): void => this.boundary.inBackground('read the marks', () => this.read(id));
    watcher.onDidChange(again);
    watcher.onDidCreate(again);
    watcher.onDidDelete(again);
    this.watched.set(id, watcher);
    again();
  }

  private async read(id: DocumentId): Promise<void> {
    const { records, problems } = await readMarks(Uri.parse(id).fsPath);
    for (const { line, message } of problems) this.logger.warn(`marks line ${line} is not used and stays as it is: ${message}`);
    this.files.get(id)?.setMarks(records);
  }

  private unwatch(id: DocumentId): void {
    this.watched.get(id)?.dispose();
    this.watched.delete(id);
  }

  dispose(): void {
    for (const id of [...this.watched.keys()]) this.unwatch(id);
    this.store.dispose();
  }
}
