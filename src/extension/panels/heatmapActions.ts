import { env, l10n, Selection, TextEditorRevealType, Uri, ViewColumn, window, workspace } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import { ExpectedError } from '../../base/errors';
import type { CharRange } from '../../core/types';
import type { HeatmapOut } from '../../protocol';
import { documentById, editorsOf } from '../documents';
import type { ErrorBoundary } from '../errorBoundary';
import type { HeatmapFollower } from './heatmapFollower';
import { pictureBytes } from './heatmapMessages';
import type { HeatmapPanel } from './heatmapPanel';

/** What the heatmap asks the editor to do. Nothing in its messages is trusted. */
export class HeatmapActions implements Disposable {
  private readonly store = new DisposableStore();

  constructor(
    panel: HeatmapPanel,
    private readonly follower: HeatmapFollower,
    boundary: ErrorBoundary,
  ) {
    this.store.add(panel.onMessage((message) => boundary.inBackground(`heatmap: ${message.type}`, () => this.act(message))));
  }

  private async act(message: HeatmapOut): Promise<void> {
    switch (message.type) {
      case 'ready':
        return;
      case 'select':
        return this.select(message.range);
      case 'measure':
        return this.follower.measure(message.measure);
      case 'copy-text':
        return env.clipboard.writeText(message.text);
      case 'save':
        return this.save(message);
    }
  }

  /** Selects a token's characters; the cursor stands at their beginning, so that the heatmap outlines that token. */
  private async select(range: CharRange): Promise<void> {
    const { shown } = this.follower;
    const document = shown && documentById(shown.id);
    if (!document || document.version !== shown.version) return; // an edit may have moved the row since it was drawn
    const { start, end } = shown.target.range;
    if (range.start < start || range.end > end) return;
    const editor = editorsOf(shown.id)[0] ?? (await window.showTextDocument(document, { viewColumn: ViewColumn.One, preserveFocus: true }));
    editor.selection = new Selection(document.positionAt(range.end), document.positionAt(range.start));
    editor.revealRange(editor.selection, TextEditorRevealType.InCenterIfOutsideViewport);
  }

  private async save(picture: Extract<HeatmapOut, { type: 'save' }>): Promise<void> {
    const bytes = pictureBytes(picture);
    const { shown } = this.follower;
    const document = shown && documentById(shown.id);
    if (!bytes || !document) throw new ExpectedError('no-picture', l10n.t('There is no picture to save: inspect a row first.'));
    const { kind } = picture;
    const target = await window.showSaveDialog({
      defaultUri: Uri.joinPath(document.uri, '..', `row-${shown.target.line}.${kind}`),
      filters: { [kind === 'png' ? l10n.t('PNG picture') : l10n.t('SVG picture')]: [kind] },
    });
    if (target) await workspace.fs.writeFile(target, bytes);
  }

  dispose(): void {
    this.store.dispose();
  }
}
