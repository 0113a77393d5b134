import { Selection, type TextEditor, TextEditorRevealType } from 'vscode';
import type { CharRange } from '../../core/types';

/** Into the row, where it is not there already, and into view. */
export function putCursor(editor: TextEditor, { start, end }: CharRange): void {
  const { document } = editor;
  const cursor = document.offsetAt(editor.selection.active);
  if (cursor < start || cursor > end) {
    const place = document.positionAt(start);
    editor.selection = new Selection(place, place);
  }
  editor.revealRange(editor.selection, TextEditorRevealType.InCenterIfOutsideViewport);
}
