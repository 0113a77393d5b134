import { Hover, type HoverProvider, MarkdownString, type Position, type TextDocument, l10n, languages } from 'vscode';
import { type Disposable, DisposableStore } from '../../base/disposable';
import type { AuditedFiles } from '../audits/auditedFiles';
import type { CommandId } from '../commands/ids';
import { datasetSelector, idOf } from '../documents';
import { editedMarkdown, hoverMarkdown } from '../words/hover';
import { commandUri } from '../words/markdown';

const inspect: CommandId = 'personaLens.inspectRow';
const reveal: CommandId = 'personaLens.revealSpan';
const marks = { good: 'personaLens.markGood', bad: 'personaLens.markBad', clear: 'personaLens.clearMark' } as const satisfies Record<string, CommandId>;

/** A row's numbers, read from the score cache. */
export class RowHoverProvider implements HoverProvider, Disposable {
  private readonly store = new DisposableStore();

  constructor(private readonly files: AuditedFiles) {
    this.store.add(languages.registerHoverProvider(datasetSelector, this));
  }

  provideHover(document: TextDocument, position: Position): Hover | undefined {
    const id = idOf(document);
    const file = this.files.get(id);
    const row = file?.rows.at(document.offsetAt(position));
    if (!file || !row) return undefined;
    const subject = {
      row: row.score,
      scored: file.rows.size,
      ranksKnown: file.ranksKnown,
      summary: file.summary,
      inspect: commandUri(inspect, [id, row.score.index]),
      reveal: commandUri(reveal, [id, row.score.index]),
      taught: file.taught,
      mark: { good: commandUri(marks.good, [id, row.score.index]), bad: commandUri(marks.bad, [id, row.score.index]), clear: commandUri(marks.clear, [id, row.score.index]) },
    };
    const markdown = new MarkdownString(row.edited ? editedMarkdown(l10n.t) : hoverMarkdown(subject, l10n.t));
    markdown.isTrusted = { enabledCommands: [inspect, reveal, ...Object.values(marks)] };
    // Without a range of its own the hover stands at the pointer, not at the far left of a long row.
    return new Hover(markdown);
  }

  dispose(): void {
    this.store.dispose();
  }
}
