import { type DocumentSelector, Range, TabInputText, TabInputTextDiff, type TextDocument, type TextEditor, Uri, l10n, window, workspace } from 'vscode';
import { isMarksFile } from '../audit/marks';
import { ExpectedError } from '../base/errors';
import type { CharRange } from '../core/types';
import type { LineSpan } from '../protocol';
import type { DocumentId } from './audits/auditedFiles';
import type { DocumentSnapshot } from './audits/auditRuns';

const languages = ['jsonl', 'json'];

/** The documents that lenses and hovers are offered for. */
export const datasetSelector: DocumentSelector = [
  ...languages.map((language) => ({ scheme: 'file', language })),
  { scheme: 'file', pattern: '**/*.{jsonl,ndjson,json}' },
];

export function isDataset(document: TextDocument): boolean {
  if (isMarksFile(document.uri.path)) return false;
  return document.uri.scheme === 'file' && (languages.includes(document.languageId) || /\.(jsonl|ndjson|json)$/i.test(document.uri.path));
}

export function idOf(document: TextDocument): DocumentId {
  return document.uri.toString();
}

export function documentById(id: DocumentId): TextDocument | undefined {
  return workspace.textDocuments.find((document) => idOf(document) === id);
}

/** The document as the engine gets it: its text as it stands in the editor, so that every offset is one of the document. */
export function snapshotOf(document: TextDocument): DocumentSnapshot {
  return {
    id: idOf(document),
    path: document.uri.fsPath,
    text: document.getText(),
    charAt: (offset) => (offset < 0 ? '' : document.getText(rangeOf(document, { start: offset, end: offset + 1 }))),
  };
}

export function rangeOf(document: TextDocument, { start, end }: CharRange): Range {
  return new Range(document.positionAt(start), document.positionAt(end));
}

export function editorsOf(id: DocumentId): readonly TextEditor[] {
  return window.visibleTextEditors.filter(({ document }) => idOf(document) === id);
}

/** Whether a tab shows the document, in front or not. */
export function hasTab(uri: Uri): boolean {
  return window.tabGroups.all.some(({ tabs }) => tabs.some(({ input }) => uriOfTab(input)?.toString() === uri.toString()));
}

export function uriOfTab(input: unknown): Uri | undefined {
  if (input instanceof TabInputText) return input.uri;
  return input instanceof TabInputTextDiff ? input.modified : undefined;
}

/** The lines in view, 1-based. */
export function viewOf(editor: TextEditor | undefined): LineSpan | undefined {
  const ranges = editor?.visibleRanges ?? [];
  const [first, last] = [ranges[0], ranges[ranges.length - 1]];
  return first && last ? { first: first.start.line + 1, last: last.end.line + 1 } : undefined;
}

/** The dataset in front: the active editor's, or where a panel has the focus the visible one. */
export function datasetEditor(): TextEditor | undefined {
  const active = window.activeTextEditor;
  if (active && active.document.uri.scheme !== 'output') return isDataset(active.document) ? active : undefined;
  return window.visibleTextEditors.find(({ document }) => isDataset(document));
}

/**
 * Opens what a command was called on: a URI from the explorer, an editor's title or a link (there as text), or nothing, which
 * means the editor in front. What comes from outside is checked here.
 */
export async function showDataset(target: unknown): Promise<TextEditor> {
  const uri = uriOf(target);
  const editor = uri ? await showFile(uri) : datasetEditor();
  if (!editor) throw new ExpectedError('no-document', l10n.t('Open a JSONL or JSON file first, then run this command again.'));
  if (!isDataset(editor.document)) {
    throw new ExpectedError('not-a-dataset', l10n.t('{0} is no JSONL or JSON file on this machine: open one and run this command again.', nameOf(editor.document)));
  }
  return editor;
}

export function nameOf(document: TextDocument): string {
  return document.uri.path.split('/').at(-1) ?? '';
}

function uriOf(target: unknown): Uri | undefined {
  if (target instanceof Uri) return target;
  return typeof target === 'string' ? Uri.parse(target) : undefined;
}

async function showFile(uri: Uri): Promise<TextEditor> {
  const visible = window.visibleTextEditors.find(({ document }) => document.uri.toString() === uri.toString());
  if (visible) return visible;
  try {
    return await window.showTextDocument(uri, { preview: false });
  } catch (cause) {
    const name = uri.path.split('/').at(-1) ?? '';
    throw new ExpectedError('cannot-open', l10n.t('The editor cannot open {0} as text for extensions (the limit is 50 MB): audit it with "persona-lens audit".', name), { cause });
  }
}
