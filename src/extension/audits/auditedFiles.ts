import { type Disposable, DisposableStore } from '../../base/disposable';
import { Emitter } from '../../base/emitter';
import { AuditedFile, type AuditedFileChange } from './auditedFile';
import type { CharAt } from './edits';

/** A document's URI as text. */
export type DocumentId = string;

/** The name that a document gets when a file or folder is renamed; null where it is not meant. */
export function movedId(id: string, from: string, to: string): string | null {
  if (id === from) return to;
  return id.startsWith(`${from}/`) ? to + id.slice(from.length) : null;
}

/** What changed and where; `closed`: nothing is known about the document any more. */
export interface AuditedFilesChange {
  id: DocumentId;
  change: AuditedFileChange | 'closed';
}

/** The audited files of the window, by document. */
export class AuditedFiles implements Disposable {
  private readonly files = new Map<DocumentId, AuditedFile>();
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new Emitter<AuditedFilesChange>());
  readonly onDidChange = this.changed.event;

  get(id: DocumentId): AuditedFile | undefined {
    return this.files.get(id);
  }

  /** The file's state, made where there is none yet. `charAt` reads the document as it is now. */
  open(id: DocumentId, charAt: CharAt): AuditedFile {
    const known = this.files.get(id);
    if (known) return known;
    const file = new AuditedFile(charAt);
    file.onDidChange((change) => this.changed.fire({ id, change }));
    this.files.set(id, file);
    return file;
  }

  close(id: DocumentId): void {
    const file = this.files.get(id);
    if (!file) return;
    this.files.delete(id);
    file.dispose();
    this.changed.fire({ id, change: 'closed' });
  }

  ids(): DocumentId[] {
    return [...this.files.keys()];
  }

  dispose(): void {
    for (const file of this.files.values()) file.dispose();
    this.files.clear();
    this.store.dispose();
  }
}
