import type { Shape } from '../shared/picture';
import type { Theme } from '../shared/theme';
import type { MatrixLayout } from './matrix';

/** What stands out in the matrix, by column and row; null for none. */
export interface Marks {
  cursor: number | null;
  current: { column: number; row: number } | null;
  focused: boolean;
  hover: { column: number; row: number } | null;
  /** Written over the hovered or current column. */
  label: string;
}

const LABEL_SIZE = 11;

/** Frames and the label over a view that starts at `scrollLeft`. */
export function matrixMarks(marks: Marks, layout: MatrixLayout, theme: Theme, scrollLeft: number, viewWidth: number, widthOf: (text: string) => number): Shape[] {
  const { cell, row, head, height } = layout;
  const xOf = (column: number): number => column * cell - scrollLeft - 0.5;
  const shapes: Shape[] = [];
  if (marks.cursor !== null) {
    shapes.push({ kind: 'frame', x: xOf(marks.cursor), y: head - 1, width: cell, height: height - head, stroke: theme.foreground, line: 1, dashed: true });
  }
  if (marks.hover) {
    const { column, row: at } = marks.hover;
    const [y, tall] = at < 0 ? [head - 1, height - head] : [head + at * row - 1, row + 1];
    shapes.push({ kind: 'frame', x: xOf(column) - 0.5, y, width: cell + 1, height: tall, stroke: theme.muted, line: 1 });
  }
  if (marks.current) {
    const { column, row: at } = marks.current;
    const frame = { x: xOf(column) - 0.5, y: head + at * row - 1, width: cell + 1, height: row + 1 };
    shapes.push({ kind: 'frame', ...frame, stroke: marks.focused ? theme.focus : theme.muted, line: marks.focused ? 2 : 1 });
  }
  const at = marks.hover ?? marks.current;
  if (at && marks.label) shapes.push(...labelShapes(marks.label, xOf(at.column) + cell / 2, theme, viewWidth, widthOf));
  return shapes;
}

function labelShapes(text: string, middle: number, theme: Theme, viewWidth: number, widthOf: (text: string) => number): Shape[] {
  const width = widthOf(text);
  if (middle < 0 || middle > viewWidth) return [];
  const x = Math.max(2, Math.min(viewWidth - width - 2, middle - width / 2));
  return [
    { kind: 'rect', x: x - 2, y: 1, width: width + 4, height: 15, fill: theme.background },
    { kind: 'text', x, y: 12, text, fill: theme.foreground, size: LABEL_SIZE, family: theme.fontFamily },
  ];
}
