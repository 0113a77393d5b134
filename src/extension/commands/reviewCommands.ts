import { l10n, Selection, TextEditorRevealType } from 'vscode';
import { ExpectedError } from '../../base/errors';
import type { AuditedFiles } from '../audits/auditedFiles';
import { inDocument } from '../audits/placedRows';
import { idOf, rangeOf, showDataset } from '../documents';
import type { EngineGate } from '../engineGate';
import type { HeatmapFollower } from '../panels/heatmapFollower';
import type { LensProvider } from '../providers/lensProvider';
import type { Settings } from '../settings';
import { rowsToReview } from '../words/lens';
import { reviewStep } from '../words/reviewStep';
import { putCursor } from './putCursor';

/** Moving through the rows to review, and looking into one. */
export class ReviewCommands {
  constructor(
    private readonly engine: EngineGate,
    private readonly files: AuditedFiles,
    private readonly settings: Settings,
    private readonly lenses: LensProvider,
    private readonly heatmap: HeatmapFollower,
  ) {}

  /** @param target URI of a dataset (as a link or lens gives it), or nothing: the row under the cursor */
  async inspect(target: unknown, index: unknown): Promise<void> {
    this.engine.requireTrust();
    const editor = await showDataset(target);
    const row = typeof index === 'number' ? this.files.get(idOf(editor.document))?.rows.byIndex(index) : undefined;
    if (row) putCursor(editor, row.range);
    this.heatmap.show(editor);
  }

  /**
   * Scrolls to the words that carry a row's mark and selects them, or to one of its answers.
   * @param target as for inspect
   * @param turn index of an answer's turn
   */
  async reveal(target: unknown, index: unknown, turn: unknown): Promise<void> {
    const editor = await showDataset(target);
    const { document } = editor;
    const rows = this.files.get(idOf(document))?.rows;
    const row = typeof index === 'number' ? rows?.byIndex(index) : rows?.at(document.offsetAt(editor.selection.active));
    if (!row) throw new ExpectedError('not-audited', l10n.t('Run Audit This File first, and put the cursor on a row.'));
    if (row.edited) throw new ExpectedError('edited', l10n.t('This row was edited since it was scored: audit the file again.'));
    const found = typeof turn === 'number' ? row.score.perTurn.find((answer) => answer.turn === turn)?.range : row.score.spans?.[0];
    if (!found) throw new ExpectedError('no-span', l10n.t('Which words carry this row is not known: tokens are read for flagged rows and for the top of the ranking.'));
    const range = rangeOf(document, inDocument(row, found));
    editor.selection = new Selection(range.end, range.start);
    editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
  }

  /** The rows to review, worst first; from elsewhere it begins with the worst (or the last). */
  async step(direction: 1 | -1): Promise<void> {
    const editor = await showDataset(undefined);
    const { document } = editor;
    const file = this.files.get(idOf(document));
    if (!file || file.rows.size === 0) throw new ExpectedError('not-audited', l10n.t('Run Audit This File first: it says which rows to review.'));
    const queue = rowsToReview(file.ranked(), this.settings.display('lens.top', document.uri));
    const next = reviewStep(queue, document.offsetAt(editor.selection.active), direction);
    if (!next) throw new ExpectedError('no-row', l10n.t('There is no row to review: none was flagged.'));
    putCursor(editor, next.range);
    this.lenses.show(idOf(document));
  }

  /** Draws the lenses that wait because their rows are in view. */
  async showLenses(target: unknown): Promise<void> {
    const { document } = await showDataset(target);
    if (!this.files.get(idOf(document))?.rows.size) throw new ExpectedError('not-audited', l10n.t('Run Audit This File first: it says which rows to review.'));
    this.lenses.show(idOf(document));
  }
}
