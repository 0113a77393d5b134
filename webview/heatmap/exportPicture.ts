import type { Picture, Shape } from '../shared/picture';
import type { Theme } from '../shared/theme';
import type { ExportInput, Part } from './exportInput';
import { flowConversation } from './exportText';
import { formatValue } from './format';
import { headline, notesOf } from './header';
import { latentRamp, latentTicks, move, shadeRamp, shadeTicks } from './legend';
import type { MatrixLayout } from './matrix';
import { matrixCells } from './matrixPicture';
import { latentName, probeName } from './words';

const WIDTH = 960;
const PAD = 20;
const NAMES = 270;
const CELL = 10;
const CELL_ROW = 16;
const HEAD = 12;

/** The whole row as one drawing: headline, shaded text, the matrix folded into bands that fit the width, legend. */
export function exportPicture(input: ExportInput): Picture {
  const { theme } = input;
  const parts = [titlePart(input), flowConversation(input, WIDTH - 2 * PAD), ...matrixBands(input), legendPart(input)];
  const shapes: Shape[] = [];
  let y = PAD;
  for (const part of parts) {
    shapes.push(...move(part.shapes, PAD, y));
    y += part.height + 14;
  }
  const height = Math.ceil(y - 14 + PAD);
  const page: Shape = { kind: 'rect', x: 0, y: 0, width: WIDTH, height, fill: theme.background };
  return { width: WIDTH, height, shapes: [page, ...shapes] };
}

function label(theme: Theme, x: number, y: number, text: string, options: { size?: number; bold?: boolean; strong?: boolean } = {}): Shape {
  const { size = 11, bold, strong } = options;
  return { kind: 'text', x, y, text, fill: strong || bold ? theme.foreground : theme.muted, size, family: theme.fontFamily, bold };
}

function titlePart({ row, probe, theme }: ExportInput): Part {
  const notes = notesOf(row).map((note) => note.text).join(' · ');
  return { shapes: [label(theme, 0, 14, headline(row, probe), { size: 14, bold: true }), label(theme, 0, 32, notes)], height: 36 };
}

function matrixBands({ row, shown, latents, theme, measure }: ExportInput): Part[] {
  if (latents.length === 0) return [];
  const perBand = Math.floor((WIDTH - 2 * PAD - NAMES) / CELL);
  const names = latents.map((latent, i): Shape => {
    const numbers = `  mean ${formatValue(latent.mean)}  z ${formatValue(latent.z)}`;
    const text = fit(`${latent.index} ${latentName(latent)}`, NAMES - 12 - measure(numbers, 11), (t) => measure(t, 11)) + numbers;
    return label(theme, 0, HEAD + i * CELL_ROW + 12, text);
  });
  const content = { tokens: row.inspection.tokens, columns: shown, latents, largest: row.inspection.latentMax };
  const height = HEAD + latents.length * CELL_ROW;
  const layout: MatrixLayout = { columns: shown.length, rows: latents.length, cell: CELL, row: CELL_ROW, head: HEAD, width: 0, height };
  const bands = Math.ceil(shown.length / perBand);
  return Array.from({ length: bands }, (_, band) => {
    const first = band * perBand;
    const cells = matrixCells(content, layout, theme, first, Math.min(shown.length, first + perBand));
    return { shapes: [...names, ...move(cells, NAMES, 0)], height };
  });
}

/** Shortens a text until it fits. */
function fit(text: string, width: number, widthOf: (text: string) => number): string {
  if (widthOf(text) <= width) return text;
  const signs = [...text];
  while (signs.length > 1 && widthOf(`${signs.join('')}…`) > width) signs.pop();
  return `${signs.join('').trimEnd()}…`;
}

function legendPart({ row, probe, scale, theme }: ExportInput): Part {
  const shapes: Shape[] = [];
  const bar = (y: number, shapesOf: typeof shadeRamp, text: string): void => {
    shapes.push(...move(shapesOf(theme, 120, 10), 0, y), { kind: 'frame', x: 0, y, width: 120, height: 10, stroke: theme.muted, line: 1 });
    shapes.push(label(theme, 130, y + 9, text));
  };
  if (probe && scale) {
    const { low, centre, high, note } = shadeTicks(scale);
    bar(0, shadeRamp, `text: ${probeName(probe)}, ${low} · ${centre} · ${high} (${note})`);
  }
  const { high, unit } = latentTicks(row.inspection.latentMax);
  bar(18, latentRamp, `matrix: 0 to ${high} ${unit}; hatched tokens are masked (massive norm); underlined tokens are trained on`);
  const { model, device, precision } = row.inspection.engine;
  shapes.push(label(theme, 0, 50, `${model} · ${device} · ${precision}`));
  return { shapes, height: 54 };
}
