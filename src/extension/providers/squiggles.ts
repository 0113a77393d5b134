import { Diagnostic, DiagnosticSeverity, type TextDocument, Uri, l10n, languages } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { AuditedFile } from '../audits/auditedFile';
import type { AuditedFiles, AuditedFilesChange, DocumentId } from '../audits/auditedFiles';
import { inDocument } from '../audits/placedRows';
import { BETWEEN_REFRESHES_MS, Debouncer } from '../debouncer';
import { documentById, rangeOf } from '../documents';
import type { Settings } from '../settings';
import { rowsToReview } from '../words/lens';
import { squiggleMessage } from '../words/squiggle';

/** Squiggles under the words that carry a mark, in the rows to review. */
export class Squiggles implements Disposable {
  private readonly store = new DisposableStore();
  private readonly collection = this.store.add(languages.createDiagnosticCollection('personaLens.marks'));
  private readonly refreshes = this.store.add(new Debouncer<DocumentId>());

  constructor(
    private readonly files: AuditedFiles,
    private readonly settings: Settings,
  ) {
    this.store.add(files.onDidChange((change) => this.follow(change)));
    this.store.add(settings.onDidChange(() => files.ids().forEach((id) => this.show(id)), 'squiggles', 'lens.top'));
  }

  private follow({ id, change }: AuditedFilesChange): void {
    if (change === 'closed') {
      this.refreshes.cancel(id);
      this.collection.delete(Uri.parse(id));
    } else if (change === 'edit' || change === 'state' || this.files.get(id)?.rows.size === 0) this.show(id);
    else if (change === 'rows') this.refreshes.schedule(id, BETWEEN_REFRESHES_MS, () => this.show(id));
  }

  private show(id: DocumentId): void {
    const document = documentById(id);
    const file = this.files.get(id);
    if (document && file) this.collection.set(document.uri, this.settings.display('squiggles', document.uri) ? this.marks(document, file) : []);
  }

  private marks(document: TextDocument, file: AuditedFile): Diagnostic[] {
    const rows = rowsToReview(file.ranked(), this.settings.display('lens.top', document.uri));
    return rows.flatMap((row) => {
      if (row.edited) return [];
      return (row.score.spans ?? []).map((span) => {
        const diagnostic = new Diagnostic(rangeOf(document, inDocument(row, span)), squiggleMessage(row.score, file.summary, l10n.t), DiagnosticSeverity.Information);
        diagnostic.source = 'Persona Lens';
        diagnostic.code = row.score.level;
        return diagnostic;
      });
    });
  }

  dispose(): void {
    this.store.dispose();
  }
}
