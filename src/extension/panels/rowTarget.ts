import type { TextDocument } from 'vscode';
import type { CharRange } from '../../core/types';
import type { AuditedFile } from '../audits/auditedFile';
import type { PlacedRow } from '../audits/placedRows';
import { rangeOf } from '../documents';

/** A row to inspect. */
export interface RowTarget {
  index: number;
  /** 1-based. */
  line: number;
  range: CharRange;
  text: string;
  /** The row as it was scored; null where it was not, or was edited since. */
  scored: PlacedRow | null;
}

/** The row at an offset: a scored one, or a line of JSONL, which needs no audit to be told from its neighbours. */
export function rowAt(document: TextDocument, file: AuditedFile | undefined, offset: number): RowTarget | null {
  const placed = file?.rows.at(offset);
  return placed ? scoredTarget(document, placed) : lineTarget(document, offset);
}

function scoredTarget(document: TextDocument, placed: PlacedRow): RowTarget {
  const range = rangeOf(document, placed.range);
  return {
    index: placed.score.index,
    line: range.start.line + 1,
    range: placed.range,
    text: document.getText(range),
    scored: placed.edited ? null : placed,
  };
}

function lineTarget(document: TextDocument, offset: number): RowTarget | null {
  const { lineNumber, text, firstNonWhitespaceCharacterIndex: first, range } = document.lineAt(document.positionAt(offset));
  const row = text.trim();
  if (document.languageId === 'json' || !row.startsWith('{') || !row.endsWith('}')) return null;
  const start = document.offsetAt(range.start) + first;
  return { index: lineNumber, line: lineNumber + 1, range: { start, end: start + row.length }, text: row, scored: null };
}
