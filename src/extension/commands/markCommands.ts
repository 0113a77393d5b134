import { l10n, type TextEditor, window } from 'vscode';
import { ExpectedError } from '../../base/errors';
import type { MarkLabel, TeachResult } from '../../core/types';
import type { AuditedFile } from '../audits/auditedFile';
import type { AuditedFiles } from '../audits/auditedFiles';
import type { MarkBook } from '../audits/markBook';
import type { Teacher } from '../audits/teacher';
import { idOf, nameOf, showDataset } from '../documents';
import type { EngineGate } from '../engineGate';
import type { ErrorBoundary } from '../errorBoundary';
import type { LensProvider } from '../providers/lensProvider';
import { markWord } from '../words/taught';
import { putCursor } from './putCursor';

/** How long the status bar says that a row was marked. */
const TOLD_MS = 4000;

/** Marking rows, and teaching a probe on the marks. */
export class MarkCommands {
  constructor(
    private readonly engine: EngineGate,
    private readonly files: AuditedFiles,
    private readonly marks: MarkBook,
    private readonly teacher: Teacher,
    private readonly lenses: LensProvider,
    private readonly boundary: ErrorBoundary,
  ) {}

  /** @param target URI of a dataset with `index` (as a lens or link gives them), or nothing: the row under the cursor */
  async mark(label: MarkLabel | null, target: unknown, index: unknown): Promise<void> {
    const editor = await showDataset(target);
    const { document } = editor;
    const { rows } = this.fileOf(editor);
    const row = typeof index === 'number' ? rows.byIndex(index) : rows.at(document.offsetAt(editor.selection.active));
    if (!row) throw new ExpectedError('no-row', l10n.t('There is no scored row here: put the cursor on one.'));
    if (row.edited) throw new ExpectedError('edited', l10n.t('This row was edited since it was scored: audit the file again.'));
    await this.marks.mark(idOf(document), row.score.hash, label);
    // A row in view may have no lens that could say it.
    const line = document.positionAt(row.range.start).line + 1;
    window.setStatusBarMessage(l10n.t('Row {0}: {1}', line, label === null ? l10n.t('mark cleared') : markWord(label, l10n.t)), TOLD_MS);
  }

  /** Teaches now, and says what the folds show and what to do next. */
  async teach(): Promise<TeachResult | undefined> {
    this.engine.requireTrust();
    const editor = await showDataset(undefined);
    this.fileOf(editor);
    const result = await this.teacher.teach(idOf(editor.document));
    if (result) this.boundary.inBackground('tell what was taught', () => this.tell(editor, result));
    return result;
  }

  /** To the rows worth a mark, in turn: those that the probe cannot tell, and those on top. */
  async next(): Promise<void> {
    this.engine.requireTrust();
    const editor = await showDataset(undefined);
    const { document } = editor;
    const file = this.fileOf(editor);
    const result = file.taught.result ?? (await this.teacher.teach(idOf(document)));
    const queue = (result?.next ?? []).flatMap(({ index, hash }) => {
      const row = file.rows.byIndex(index);
      return row && row.score.hash === hash && !row.edited && !file.taught.marks.get(hash)?.mark ? [row] : [];
    });
    const cursor = document.offsetAt(editor.selection.active);
    const at = queue.findIndex(({ range }) => cursor >= range.start && cursor <= range.end);
    const next = queue[(at + 1) % Math.max(1, queue.length)];
    if (!next) throw new ExpectedError('no-row', l10n.t('No row is left that is worth a mark.'));
    putCursor(editor, next.range);
    this.lenses.show(idOf(document));
  }

  private fileOf(editor: TextEditor): AuditedFile {
    const file = this.files.get(idOf(editor.document));
    if (!file || file.rows.size === 0) throw new ExpectedError('not-audited', l10n.t('Run Audit This File first: marks belong to scored rows.'));
    return file;
  }

  private async tell({ document }: TextEditor, { verdictText, advice, next }: TeachResult): Promise<void> {
    const go = l10n.t('Next Row to Mark');
    const chosen = await window.showInformationMessage(`${nameOf(document)}: ${verdictText}. ${advice}`, ...(next.length > 0 ? [go] : []));
    if (chosen === go) await this.next();
  }
}
