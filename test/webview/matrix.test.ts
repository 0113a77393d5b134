import { describe, expect, test } from 'vitest';
import { cellAt, layoutMatrix, orderLatents, scrollToColumn, visibleColumns } from '../../webview/heatmap/matrix';
import { matrixCells } from '../../webview/heatmap/matrixPicture';
import { themeFrom } from '../../webview/shared/theme';
import { fixture } from './support/inspection';

const { tokens, latents, latentMax } = fixture().inspection;

describe('layoutMatrix', () => {
  test('few columns share the width, many scroll', () => {
    expect(layoutMatrix(5, 12, 400).cell).toBe(22);
    expect(layoutMatrix(25, 12, 400).cell).toBe(16);
    expect(layoutMatrix(2048, 12, 400)).toMatchObject({ cell: 10, width: 20_480 });
    expect(layoutMatrix(0, 0, 400)).toMatchObject({ width: 0 });
  });

  const layout = layoutMatrix(2048, 12, 400);

  test('a view holds the columns it shows any part of', () => {
    expect(visibleColumns(layout, 0, 400)).toEqual({ first: 0, end: 40 });
    expect(visibleColumns(layout, 15, 400)).toEqual({ first: 1, end: 42 });
    expect(visibleColumns(layout, 20_080, 400)).toEqual({ first: 2008, end: 2048 });
  });

  test('a point is a cell, or the strip above', () => {
    const { head, row } = layout;
    expect(cellAt(layout, 15, head + row * 2 + 1)).toEqual({ column: 1, row: 2 });
    expect(cellAt(layout, 15, 3)).toEqual({ column: 1, row: -1 });
    expect([cellAt(layout, -1, 30), cellAt(layout, 20_480, 30), cellAt(layout, 5, head + 12 * row)]).toEqual([null, null, null]);
  });

  test('scrolls only to what is out of sight', () => {
    expect(scrollToColumn(layout, 10, 0, 400)).toBe(0);
    expect(scrollToColumn(layout, 40, 0, 400)).toBe(205);
    expect(scrollToColumn(layout, 2047, 0, 400)).toBe(20_080);
    expect(scrollToColumn(layout, 0, 900, 400)).toBe(0);
  });
});

test('pinned latents come first, in the order of pinning; unknown pins are passed over', () => {
  const order = (pins: number[]): number[] => orderLatents(latents, pins).map((l) => l.index);
  expect(order([])).toEqual(latents.map((l) => l.index));
  expect(order([455, 1, 871]).slice(0, 3)).toEqual([455, 871, 3162]);
  expect(order([455]).toSorted()).toEqual(order([]).toSorted());
});

test('cells: one a latent and token, masked columns hatched once', () => {
  const columns = tokens.map((_, i) => i);
  const content = { tokens, columns, latents, largest: latentMax };
  const layout = layoutMatrix(columns.length, latents.length, 400);
  const theme = themeFrom(() => '', false);
  const shapes = matrixCells(content, layout, theme);
  const masked = tokens.filter((t) => t.masked).length;
  expect(shapes.filter((s) => s.kind === 'hatch')).toHaveLength(masked);
  const cells = shapes.filter((s) => s.kind === 'rect' && s.height === layout.row - 1);
  expect(cells).toHaveLength((tokens.length - masked) * latents.length);
  const part = matrixCells(content, layout, theme, 50, 60);
  expect(Math.min(...part.map((s) => s.x))).toBeGreaterThanOrEqual(-1);
  expect(Math.max(...part.map((s) => s.x))).toBe(9 * layout.cell);
});
