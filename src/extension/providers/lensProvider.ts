import { CodeLens, type CodeLensProvider, EventEmitter, Range, type TextDocument, l10n, languages } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { AuditedFile } from '../audits/auditedFile';
import type { AuditedFiles, AuditedFilesChange, DocumentId } from '../audits/auditedFiles';
import { type PlacedRow, inDocument } from '../audits/placedRows';
import type { CommandId } from '../commands/ids';
import { BETWEEN_REFRESHES_MS, Debouncer } from '../debouncer';
import { datasetSelector, editorsOf, idOf } from '../documents';
import type { Settings } from '../settings';
import { lensTitle, type RankedRows, rowsWithLens, turnLenses } from '../words/lens';
import { markOf } from '../words/taught';
import { type DrawnLens, type FurtherLens, planWhileRunning } from '../words/lensPlan';

/** The lenses of a row stand on its line, one after the other; read from the score cache. */
export class LensProvider implements CodeLensProvider, Disposable {
  private readonly store = new DisposableStore();
  private readonly changed = this.store.add(new EventEmitter<void>());
  readonly onDidChangeCodeLenses = this.changed.event;
  private readonly refreshes = this.store.add(new Debouncer<'refresh'>());
  private refreshWaits = false;
  private readonly drawn = new Map<DocumentId, DrawnLens[]>();

  constructor(
    private readonly files: AuditedFiles,
    private readonly settings: Settings,
  ) {
    this.store.add(files.onDidChange((change) => this.follow(change)));
    this.store.add(settings.onDidChange(() => this.refresh(), 'lens.show', 'lens.top'));
    this.store.add(languages.registerCodeLensProvider(datasetSelector, this));
  }

  provideCodeLenses(document: TextDocument): CodeLens[] {
    const id = idOf(document);
    const file = this.files.get(id);
    if (!file) return [];
    const lenses = this.lensesOf(document, file);
    this.drawn.set(id, lenses);
    return lenses.flatMap(({ index, title, line, more }) => {
      const edited = file.rows.byIndex(index)?.edited ?? false;
      const first = edited ? codeLens(line, title, 'personaLens.auditFile', [id]) : codeLens(line, title, 'personaLens.inspectRow', [id, index]);
      return [first, ...(edited ? [] : markLenses(line, [id, index], file)), ...(more ?? []).map((further) => codeLens(further.line, further.title, 'personaLens.revealSpan', [id, index, ...(further.turn === undefined ? [] : [further.turn])]))];
    });
  }

  private lensesOf(document: TextDocument, file: AuditedFile): DrawnLens[] {
    const choice = { show: this.settings.display('lens.show', document.uri), top: this.settings.display('lens.top', document.uri) };
    const ranked = file.ranked();
    const wanted = rowsWithLens(ranked, choice).map((row) => lensOf(row, document, ranked));
    if (file.state !== 'running' || file.summary !== null) return wanted;
    const inView = editorsOf(idOf(document)).flatMap((editor) => editor.visibleRanges.map(({ start, end }) => ({ first: start.line, last: end.line })));
    return planWhileRunning(wanted, this.drawn.get(idOf(document)) ?? [], inView);
  }

  /** While scores arrive at most once a second; at the end, and after an edit, at once. */
  private follow({ id, change }: AuditedFilesChange): void {
    if (change === 'closed') this.drawn.delete(id);
    if (change === 'progress' || change === 'problems') return;
    if (change !== 'rows') return this.refresh();
    if (this.refreshWaits) return;
    this.refreshWaits = true;
    this.refreshes.schedule('refresh', BETWEEN_REFRESHES_MS, () => this.refresh());
  }

  private refresh(): void {
    this.refreshes.cancel('refresh');
    this.refreshWaits = false;
    this.changed.fire();
  }

  dispose(): void {
    this.store.dispose();
  }
}

function lensOf(row: PlacedRow, document: TextDocument, file: RankedRows): DrawnLens {
  const lineOf = (offset: number): number => document.positionAt(offset).line;
  const line = lineOf(row.range.start);
  const more: FurtherLens[] = [
    ...(row.score.spans?.length && !row.edited ? [{ title: l10n.t('▸ reveal'), line }] : []),
    ...turnLenses(row, file.summary, l10n.t).map(({ title, turn, range }) => ({ title, turn, line: lineOf(inDocument(row, range).start) })),
  ];
  return { index: row.score.index, title: lensTitle(row, file, l10n.t), line, more };
}

/** `good · bad`, or what takes the mark back. */
function markLenses(line: number, args: [DocumentId, number], file: AuditedFile): CodeLens[] {
  const score = file.rows.byIndex(args[1])?.score;
  const now = score ? markOf(file.taught, score) : null;
  return [
    ...(now === 'good' ? [] : [codeLens(line, l10n.t('good'), 'personaLens.markGood', args)]),
    ...(now === 'bad' ? [] : [codeLens(line, l10n.t('bad'), 'personaLens.markBad', args)]),
    ...(now === null ? [] : [codeLens(line, l10n.t('clear'), 'personaLens.clearMark', args)]),
  ];
}

function codeLens(line: number, title: string, command: CommandId, args: unknown[]): CodeLens {
  return new CodeLens(new Range(line, 0, line, 0), { title, command, arguments: args });
}
