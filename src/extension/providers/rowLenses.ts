import { type TextDocument, l10n } from 'vscode';
import type { AuditedFile } from '../audits/auditedFile';
import type { DocumentId } from '../audits/auditedFiles';
import { type PlacedRow, inDocument } from '../audits/placedRows';
import type { CommandId } from '../commands/ids';
import { idOf } from '../documents';
import { lensTitle, turnLenses } from '../words/lens';
import { markOf } from '../words/taught';

/** A lens before the editor gets it. */
export interface RowLens {
  /** 0-based. */
  line: number;
  title: string;
  /** Empty: it does nothing. */
  command: CommandId | '';
  args: unknown[];
}

/** What a row says, what marks it, and what scrolls to its words and answers. */
export function lensesOfRow(row: PlacedRow, document: TextDocument, file: AuditedFile): RowLens[] {
  const id = idOf(document);
  const { index } = row.score;
  const lineOf = (offset: number): number => document.positionAt(offset).line;
  const line = lineOf(row.range.start);
  const title = lensTitle(row, file.ranked(), l10n.t);
  if (row.edited) return [{ line, title, command: 'personaLens.auditFile', args: [id] }];
  return [
    { line, title, command: 'personaLens.inspectRow', args: [id, index] },
    ...markLenses(row, line, [id, index], file),
    ...(row.score.spans?.length ? [{ line, title: l10n.t('▸ reveal'), command: 'personaLens.revealSpan' as const, args: [id, index] }] : []),
    ...turnLenses(row, file.summary, l10n.t).map(({ title: answer, turn, range }) => ({
      line: lineOf(inDocument(row, range).start),
      title: answer,
      command: 'personaLens.revealSpan' as const,
      args: [id, index, turn],
    })),
  ];
}

/** What stands on a line whose lens has to stay: its row's numbers; where it has none now, that it waits for them. */
export function lensesOfLine(line: number, document: TextDocument, file: AuditedFile): RowLens[] {
  const { text, range } = document.lineAt(line);
  const row = file.rows.at(document.offsetAt(range.start) + text.length - text.trimStart().length);
  const own = row ? lensesOfRow(row, document, file).filter((lens) => lens.line === line) : [];
  if (own.length > 0) return own;
  const title = row?.edited ? l10n.t('edited since it was scored') : file.state === 'running' ? l10n.t('waiting for its score') : l10n.t('not scored');
  return [{ line, title, command: '', args: [] }];
}

/** `good · bad`, or what takes the mark back. */
function markLenses({ score }: PlacedRow, line: number, args: [DocumentId, number], file: AuditedFile): RowLens[] {
  const now = markOf(file.taught, score);
  return [
    ...(now === 'good' ? [] : [{ line, title: l10n.t('good'), command: 'personaLens.markGood' as const, args }]),
    ...(now === 'bad' ? [] : [{ line, title: l10n.t('bad'), command: 'personaLens.markBad' as const, args }]),
    ...(now === null ? [] : [{ line, title: l10n.t('clear'), command: 'personaLens.clearMark' as const, args }]),
  ];
}
