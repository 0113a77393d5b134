import type { InspectedLatent } from '../../src/protocol';

/** Sizes of the latent × token matrix in CSS pixels. */
export interface MatrixLayout {
  columns: number;
  rows: number;
  /** Width of a column. */
  cell: number;
  /** Height of a row. */
  row: number;
  /** Height of the strip above the rows. */
  head: number;
  /** Of all columns, on screen or not. */
  width: number;
  height: number;
}

const NARROWEST = 10;
const WIDEST = 22;
export const ROW_HEIGHT = 22;
export const HEAD_HEIGHT = 22;

/** Columns share the width as long as they stay wide enough to hit; more columns scroll. */
export function layoutMatrix(columns: number, rows: number, viewWidth: number): MatrixLayout {
  const share = columns > 0 ? Math.floor(viewWidth / columns) : WIDEST;
  const cell = Math.max(NARROWEST, Math.min(WIDEST, share));
  return { columns, rows, cell, row: ROW_HEIGHT, head: HEAD_HEIGHT, width: columns * cell, height: HEAD_HEIGHT + rows * ROW_HEIGHT };
}

/** The columns that a view shows any part of, half open. */
export function visibleColumns({ cell, columns }: MatrixLayout, scrollLeft: number, viewWidth: number): { first: number; end: number } {
  return {
    first: Math.max(0, Math.min(columns, Math.floor(scrollLeft / cell))),
    end: Math.max(0, Math.min(columns, Math.ceil((scrollLeft + viewWidth) / cell))),
  };
}

/** The cell at a point of the whole matrix; `row` is -1 in the strip above the rows. */
export function cellAt({ cell, row, head, columns, rows }: MatrixLayout, x: number, y: number): { column: number; row: number } | null {
  const column = Math.floor(x / cell);
  const at = y < head ? -1 : Math.floor((y - head) / row);
  return column < 0 || column >= columns || y < 0 || at >= rows ? null : { column, row: at };
}

/** Where to scroll to so that a column is in view; the same place when it is already. */
export function scrollToColumn({ cell, width }: MatrixLayout, column: number, scrollLeft: number, viewWidth: number): number {
  const [start, end] = [column * cell, (column + 1) * cell];
  if (start >= scrollLeft && end <= scrollLeft + viewWidth) return scrollLeft;
  return Math.max(0, Math.min(width - viewWidth, start - (viewWidth - cell) / 2));
}

/** Pinned latents first, in the order they were pinned; the others keep theirs. */
export function orderLatents(latents: readonly InspectedLatent[], pins: readonly number[]): InspectedLatent[] {
  const pinned = pins.flatMap((pin) => latents.find((l) => l.index === pin) ?? []);
  return [...pinned, ...latents.filter((l) => !pins.includes(l.index))];
}
