import { type TextDocument, workspace } from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { CharRange } from '../../core/types';
import type { DocumentId } from '../audits/auditedFiles';
import { shiftThrough } from '../audits/edits';
import { idOf } from '../documents';

/** The lines of each document that have a lens. They move with the text, as the editor moves the lenses that it has drawn. */
export class LensLines implements Disposable {
  /** A range for each line: its first character. */
  private readonly starts = new Map<DocumentId, readonly CharRange[]>();
  private readonly subscription: Disposable;

  constructor() {
    this.subscription = workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      const starts = this.starts.get(idOf(document));
      if (!starts) return;
      const moved = starts.map((start) => shiftThrough(start, contentChanges));
      this.starts.set(idOf(document), moved.filter(({ touch }) => touch !== 'gone').map(({ range }) => range));
    });
  }

  of(document: TextDocument): ReadonlySet<number> {
    return new Set(this.starts.get(idOf(document))?.map(({ start }) => document.positionAt(start).line));
  }

  set(document: TextDocument, lines: readonly number[]): void {
    const starts = [...new Set(lines)].map((line) => document.offsetAt(document.lineAt(line).range.start));
    this.starts.set(idOf(document), starts.map((start) => ({ start, end: start + 1 })));
  }

  delete(id: DocumentId): void {
    this.starts.delete(id);
  }

  dispose(): void {
    this.subscription.dispose();
  }
}
