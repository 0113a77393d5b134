import { type TextDocument, type TextEditor, l10n, window, workspace } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import { CancelledError, type ExpectedError, isExpected } from '../../base/errors';
import type { RowProblem } from '../../core/types';
import type { HeatmapIn, RowInspection } from '../../protocol';
import type { AuditedFiles, AuditedFilesChange } from '../audits/auditedFiles';
import type { InputFiles } from '../audits/inputFiles';
import { Debouncer } from '../debouncer';
import { datasetEditor, documentById, editorsOf, idOf } from '../documents';
import type { ErrorBoundary } from '../errorBoundary';
import type { Settings } from '../settings';
import type { HeatmapPanel } from './heatmapPanel';
import type { RowInspector } from './rowInspector';
import { rowAt, type RowTarget } from './rowTarget';

const CURSOR_PAUSE_MS = 150;
const EDIT_PAUSE_MS = 500;

interface Shown {
  id: string;
  /** Of the document whose offsets the target's and the inspection's ranges are. */
  version: number;
  /** Of the settings that it is inspected with. */
  key: string;
  target: RowTarget;
  /** null while it loads, and after it failed. */
  inspection: RowInspection | null;
  /** A measure more is being read. */
  measuring?: boolean;
}

/** Keeps the heatmap on the row under the cursor. */
export class HeatmapFollower implements Disposable {
  private readonly store = new DisposableStore();
  private readonly pause = this.store.add(new Debouncer<'follow'>());
  private current: Shown | undefined;
  private inspecting: AbortController | undefined;

  constructor(
    private readonly panel: HeatmapPanel,
    private readonly inspector: RowInspector,
    private readonly files: AuditedFiles,
    private readonly boundary: ErrorBoundary,
    settings: Settings,
    inputs: InputFiles,
  ) {
    const later = (delay: number): void => this.pause.schedule('follow', delay, () => this.follow());
    this.store.add(window.onDidChangeTextEditorSelection(() => later(CURSOR_PAUSE_MS)));
    this.store.add(window.onDidChangeActiveTextEditor(() => later(CURSOR_PAUSE_MS)));
    this.store.add(
      workspace.onDidChangeTextDocument(({ document }) => {
        if (idOf(document) === this.current?.id) later(EDIT_PAUSE_MS);
      }),
    );
    this.store.add(settings.onDidChange(() => later(CURSOR_PAUSE_MS)));
    this.store.add(
      inputs.onDidChange(() => {
        this.drop();
        later(CURSOR_PAUSE_MS);
      }),
    );
    this.store.add(panel.onDidShow(() => this.follow()));
    this.store.add(panel.onDidClose(() => this.drop()));
    this.store.add(files.onDidChange((change) => this.scoresChanged(change)));
  }

  /** The document and row that the panel shows, with the inspection where it came. */
  get shown(): Readonly<Shown> | undefined {
    return this.current;
  }

  /** Opens the panel on the row under the editor's cursor. */
  show(editor: TextEditor): void {
    this.panel.open();
    this.follow(editor);
  }

  /** Reads the row on show again, with the probes of another measure. */
  async measure(measure: 'push'): Promise<void> {
    const { current: shown, inspecting } = this;
    const document = shown && documentById(shown.id);
    if (!shown?.inspection || !document || !inspecting || shown.measuring) return;
    shown.measuring = true;
    try {
      const inspection = await this.inspector.inspect(document, shown.target, inspecting.signal, ['activation', measure]);
      if (this.current !== shown) return;
      shown.inspection = inspection;
      this.postRow(shown, shown.inspection);
    } catch (error) {
      if (this.current !== shown || error instanceof CancelledError) return;
      this.panel.post({ type: 'no-measure', measure, message: isExpected(error) ? error.message : l10n.t('This row could not be inspected: see the log.') });
      if (!isExpected(error)) throw error;
    } finally {
      shown.measuring = false;
    }
  }

  private follow(editor = datasetEditor()): void {
    if (!this.panel.isVisible || !editor) return;
    this.pause.cancel('follow');
    const { document } = editor;
    const file = this.files.get(idOf(document));
    const offset = document.offsetAt(editor.selection.active);
    const target = rowAt(document, file, offset);
    const problem = target?.scored ? undefined : file?.problems.find(({ line }) => line === editor.selection.active.line + 1);
    if (!target || problem) return this.nothingHere(file !== undefined, problem);
    if (!this.isShown(document, target)) this.boundary.inBackground('inspect a row', () => this.inspect(document, target));
    const inside = offset >= target.range.start && offset <= target.range.end;
    this.panel.post({ type: 'cursor', offset: inside ? offset : null });
  }

  private isShown(document: TextDocument, { range, text }: RowTarget): boolean {
    const { current } = this;
    if (current?.id !== idOf(document) || current.target.range.start !== range.start || current.target.text !== text) return false;
    current.version = document.version;
    return current.key === this.inspector.settingsKey(document);
  }

  private async inspect(document: TextDocument, target: RowTarget): Promise<void> {
    this.drop();
    const shown: Shown = { id: idOf(document), version: document.version, key: this.inspector.settingsKey(document), target, inspection: null };
    const abort = new AbortController();
    this.inspecting = abort;
    this.current = shown;
    this.panel.post({ type: 'state', state: 'loading', message: l10n.t('Reading row {0}…', target.line) });
    try {
      shown.inspection = await this.inspector.inspect(document, target, abort.signal);
      if (this.current === shown) this.postRow(shown, shown.inspection);
    } catch (error) {
      if (this.current !== shown) return; // another row took its place
      if (error instanceof CancelledError) return this.say('cancelled', '');
      this.say('failed', isExpected(error) ? this.whyUnread(shown.id, error) : l10n.t('This row could not be inspected: see the log.'));
      if (!isExpected(error)) throw error;
    }
  }

  /** What made a whole file unreadable says more than that one of its rows is. */
  private whyUnread(id: string, { reason, message }: ExpectedError): string {
    return (reason === 'unreadable-row' && this.files.get(id)?.failure) || message;
  }

  /** The same row may have been scored meanwhile. */
  private scoresChanged({ id, change }: AuditedFilesChange): void {
    const { current } = this;
    if (current?.id !== id) return;
    if (change === 'closed') {
      this.drop();
      return this.say('empty', l10n.t('The file was closed.'));
    }
    if (change === 'edit' || change === 'progress' || change === 'problems') return;
    if (this.files.get(id)?.failure && !current.inspection) {
      this.drop();
      return this.follow();
    }
    const document = documentById(id);
    const target = document && rowAt(document, this.files.get(id), current.target.range.start);
    if (!target || target.text !== current.target.text) return;
    const isNews = change === 'state' || target.scored?.score !== current.target.scored?.score;
    current.target = target;
    if (!isNews) return;
    if (current.inspection) this.postRow(current, current.inspection);
  }

  private postRow({ id, target }: Shown, inspection: RowInspection): void {
    const histogram = this.files.get(id)?.summary?.histogram ?? null;
    this.panel.post({ type: 'row', inspection, context: { score: target.scored?.score ?? null, histogram } });
    const offset = cursorIn(id, target);
    if (offset !== null) this.panel.post({ type: 'cursor', offset });
  }

  private nothingHere(audited: boolean, problem: RowProblem | undefined): void {
    this.drop();
    if (problem) return this.say('failed', problem.message);
    this.say('empty', audited ? l10n.t('No row stands here.') : l10n.t('No row is known here: rows of a JSON list are known once the file was audited.'));
  }

  /** The page adds what to do next. */
  private say(state: Extract<HeatmapIn, { type: 'state' }>['state'], message: string): void {
    this.panel.post({ type: 'state', state, message });
  }

  private drop(): void {
    this.inspecting?.abort();
    this.inspecting = undefined;
    this.current = undefined;
  }

  dispose(): void {
    this.drop();
    this.store.dispose();
  }
}

function cursorIn(id: string, { range }: RowTarget): number | null {
  const editor = editorsOf(id)[0];
  const offset = editor?.document.offsetAt(editor.selection.active);
  return offset !== undefined && offset >= range.start && offset <= range.end ? offset : null;
}
