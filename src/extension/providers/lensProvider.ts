import { CodeLens, type CodeLensProvider, EventEmitter, Range, type TextDocument, type TextEditor, languages, window } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { AuditedFile } from '../audits/auditedFile';
import type { AuditedFiles, AuditedFilesChange, DocumentId } from '../audits/auditedFiles';
import { BETWEEN_REFRESHES_MS, Debouncer } from '../debouncer';
import { datasetSelector, documentById, editorsOf, idOf } from '../documents';
import type { Settings } from '../settings';
import { rowsWithLens } from '../words/lens';
import { isInView, type LensPlan, type Lines, planLenses } from '../words/lensPlan';
import { LensLines } from './lensLines';
import { lensesOfLine, lensesOfRow, type RowLens } from './rowLenses';

const SCROLL_PAUSE_MS = 250;

/**
 * The lenses of a row stand on its line, one after the other; read from the score cache. In lines that are being read none comes
 * or goes by itself: those that wait come once their line was scrolled out of view, the document shown anew, or they are asked for.
 */
export class LensProvider implements CodeLensProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly refreshes = this.store.add(new Debouncer<'rows' | 'scroll'>());
  private refreshWaits = false;
  private readonly lines = this.store.add(new LensLines());
  /** Lines of documents whose lenses wait. */
  private readonly held = new Map<DocumentId, readonly number[]>();
  /** Documents whose next lenses are drawn wherever they stand. */
  private readonly released = new Set<DocumentId>();
  private visible: ReadonlySet<DocumentId>;

  constructor(
    private readonly files: AuditedFiles,
    private readonly settings: Settings,
  ) {
    this.visible = idsOf(window.visibleTextEditors);
    this.store.add(files.onDidChange((change) => this.follow(change)));
    this.store.add(settings.onDidChange(() => files.ids().forEach((id) => this.show(id)), 'lens.show', 'lens.top'));
    this.store.add(window.onDidChangeVisibleTextEditors((editors) => this.showNew(editors)));
    this.store.add(window.onDidChangeTextEditorVisibleRanges(({ textEditor }) => this.scrolled(textEditor)));
    this.store.add(languages.registerCodeLensProvider(datasetSelector, this));
  }

  /** Draws every lens of the document, also those in view: it was asked for, so text may move. */
  show(id: DocumentId): void {
    this.released.add(id);
    this.refresh();
  }

  /** Whether lenses wait for their lines to be out of view. */
  holds(id: DocumentId): boolean {
    const document = documentById(id);
    const file = this.files.get(id);
    return document !== undefined && file !== undefined && this.plan(document, file, linesInView(id)).held.length > 0;
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const id = idOf(document);
    const file = this.files.get(id);
    if (!file) return [];
    const plan = this.plan(document, file, this.released.delete(id) ? [] : linesInView(id));
    this.lines.set(document, plan.lenses.map(({ line }) => line));
    this.held.set(id, plan.held);
    return plan.lenses.map(codeLens);
  }

  private plan(document: TextDocument, file: AuditedFile, inView: readonly Lines[]): LensPlan<RowLens> {
    const choice = { show: this.settings.display('lens.show', document.uri), top: this.settings.display('lens.top', document.uri) };
    const wanted = rowsWithLens(file.ranked(), choice).flatMap((row) => lensesOfRow(row, document, file));
    return planLenses(wanted, { drawn: this.lines.of(document), inView }, (line) => lensesOfLine(line, document, file));
  }

  /** While scores arrive at most once a second; at the end, and after an edit, at once. */
  private follow({ id, change }: AuditedFilesChange): void {
    if (change === 'closed') this.forget(id);
    if (change === 'progress' || change === 'problems') return;
    if (change !== 'rows') return this.refresh();
    if (this.refreshWaits) return;
    this.refreshWaits = true;
    this.refreshes.schedule('rows', BETWEEN_REFRESHES_MS, () => this.refresh());
  }

  /** A document that comes to the front is not being read yet. */
  private showNew(editors: readonly TextEditor[]): void {
    const before = this.visible;
    this.visible = idsOf(editors);
    for (const id of this.visible) if (!before.has(id) && this.files.get(id)) this.show(id);
  }

  private scrolled({ document }: TextEditor): void {
    const held = this.held.get(idOf(document)) ?? [];
    const inView = linesInView(idOf(document));
    if (held.every((line) => isInView(line, inView))) return;
    this.refreshes.schedule('scroll', SCROLL_PAUSE_MS, () => this.refresh());
  }

  private refresh(): void {
    this.refreshes.cancel('rows');
    this.refreshes.cancel('scroll');
    this.refreshWaits = false;
    this.changed.fire();
  }

  private forget(id: DocumentId): void {
    this.lines.delete(id);
    this.held.delete(id);
    this.released.delete(id);
  }

  dispose(): void {
    this.store.dispose();
  }
}

function idsOf(editors: readonly TextEditor[]): ReadonlySet<DocumentId> {
  return new Set(editors.map(({ document }) => idOf(document)));
}

/** The editor tells the lines that are whole in view; the next ones may be there in part. */
function linesInView(id: DocumentId): Lines[] {
  return editorsOf(id).flatMap(({ visibleRanges }) => visibleRanges.map(({ start, end }) => ({ first: start.line - 1, last: end.line + 1 })));
}

function codeLens({ line, title, command, args }: RowLens): CodeLens {
  return new CodeLens(new Range(line, 0, line, 0), { title, command, arguments: args });
}
