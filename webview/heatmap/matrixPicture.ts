import type { InspectedLatent, InspectedToken } from '../../src/protocol';
import { withAlpha } from '../shared/colour';
import type { Shape } from '../shared/picture';
import type { Theme } from '../shared/theme';
import type { MatrixLayout } from './matrix';
import { latentStrength } from './scale';

/** What a matrix shows, apart from where one looks. */
export interface MatrixContent {
  tokens: readonly InspectedToken[];
  /** Places in `tokens`, one a column. */
  columns: readonly number[];
  latents: readonly InspectedLatent[];
  largest: number;
}

/** Cells of the columns [first, end), the first at x = 0. Gaps of a pixel keep cells countable. */
export function matrixCells(content: MatrixContent, layout: MatrixLayout, theme: Theme, first = 0, end = content.columns.length): Shape[] {
  const { tokens, columns, latents, largest } = content;
  const { cell, row, head } = layout;
  const shapes: Shape[] = [];
  const floor = withAlpha(theme.foreground, theme.highContrast ? 0.14 : 0.06);
  const hatch = withAlpha(theme.foreground, 0.45);
  for (let column = first; column < end; column++) {
    const at = columns[column]!;
    const token = tokens[at]!;
    const x = (column - first) * cell;
    if (token.response) shapes.push({ kind: 'rect', x, y: head - 4, width: cell, height: 2, fill: theme.muted });
    if (column > 0 && tokens[columns[column - 1]!]!.turn !== token.turn) {
      shapes.push({ kind: 'rect', x: x - 1, y: head - 8, width: 1, height: 8 + latents.length * row, fill: withAlpha(theme.foreground, 0.35) });
    }
    if (token.masked) {
      shapes.push({ kind: 'hatch', x, y: head, width: cell - 1, height: latents.length * row - 1, stroke: hatch });
      continue;
    }
    latents.forEach((latent, i) => {
      const box = { x, y: head + i * row, width: cell - 1, height: row - 1 };
      const strength = latentStrength(latent.values[at]!, largest);
      shapes.push({ kind: 'rect', ...box, fill: strength < 0.01 ? floor : withAlpha(theme.high, 0.08 + 0.92 * strength) });
    });
  }
  return shapes;
}
