import { Diagnostic, DiagnosticSeverity, Range, type TextDocument, Uri, languages } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { RowProblem } from '../../core/types';
import type { AuditedFiles, DocumentId } from '../audits/auditedFiles';
import { documentById } from '../documents';

/** Rows that cannot be scored, in the Problems view. */
export class RowProblems implements Disposable {
  private readonly store = new DisposableStore();
  private readonly collection = this.store.add(languages.createDiagnosticCollection('personaLens'));

  constructor(private readonly files: AuditedFiles) {
    this.store.add(
      files.onDidChange(({ id, change }) => {
        if (change === 'problems') this.show(id);
        if (change === 'closed') this.collection.delete(Uri.parse(id));
      }),
    );
  }

  private show(id: DocumentId): void {
    const document = documentById(id);
    const problems = this.files.get(id)?.problems ?? [];
    if (document) this.collection.set(document.uri, problems.map((problem) => diagnosticOf(problem, document)));
  }

  dispose(): void {
    this.store.dispose();
  }
}

function diagnosticOf({ line, reason, message }: RowProblem, document: TextDocument): Diagnostic {
  const place = document.lineAt(Math.max(0, Math.min(line - 1, document.lineCount - 1)));
  const range = new Range(place.lineNumber, place.firstNonWhitespaceCharacterIndex, place.lineNumber, place.text.trimEnd().length);
  const diagnostic = new Diagnostic(range, message, DiagnosticSeverity.Warning);
  diagnostic.source = 'Persona Lens';
  diagnostic.code = reason;
  return diagnostic;
}
