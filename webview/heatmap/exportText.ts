import { withAlpha } from '../shared/colour';
import type { Shape } from '../shared/picture';
import type { ExportInput, Part } from './exportInput';
import { isShaded, shadeColour } from './shade';
import { blocksOf, isTemplate } from './tokens';

const LABELS = 84;
const SIZE = 13;
const LINE = 22;

/** The conversation with its shading, wrapped like the view wraps it. */
export function flowConversation(input: ExportInput, width: number): Part {
  const { row, shown, theme } = input;
  const { tokens } = row.inspection;
  const visible = new Set(shown);
  const shapes: Shape[] = [];
  let y = 0;
  for (const block of blocksOf(tokens)) {
    const places = block.tokens.filter((i) => visible.has(i));
    if (places.length === 0) continue;
    const text = block.turn < 0 ? 'template' : (block.role ?? 'text');
    shapes.push({ kind: 'text', x: 0, y: y + 15, text, fill: theme.muted, size: 11, family: theme.fontFamily });
    const pen = new Pen(LABELS, y, width, (piece) => input.measure(piece, SIZE));
    for (const at of places) shapes.push(...tokenShapes(input, at, pen));
    y = pen.y + LINE + 4;
  }
  return { shapes, height: Math.max(0, y - 4) };
}

function tokenShapes({ row, probe, scale, theme }: ExportInput, at: number, pen: Pen): Shape[] {
  const token = row.inspection.tokens[at]!;
  const shade = probe && scale && isShaded(token, probe) ? shadeColour(scale.strength(probe.values[at]!), theme) : null;
  return pen.write(token.text).flatMap(({ x, y, text, width }): Shape[] => {
    const box = { x, y: y + 1, width, height: LINE - 3 };
    const below: Shape[] = shade ? [{ kind: 'rect', ...box, fill: shade }] : [];
    if (token.masked && probe?.perToken !== 'sum') below.push({ kind: 'hatch', ...box, stroke: withAlpha(theme.foreground, 0.45) });
    const fill = isTemplate(token) ? theme.muted : theme.foreground;
    return [...below, { kind: 'text', x, y: y + 15, text, fill, size: SIZE, family: theme.fontFamily, width }];
  });
}

interface Piece {
  x: number;
  y: number;
  text: string;
  width: number;
}

/** Sets tokens one behind the other, with line ends where the text has them or the line is full. */
class Pen {
  private x: number;

  constructor(
    private readonly left: number,
    public y: number,
    private readonly right: number,
    private readonly widthOf: (text: string) => number,
  ) {
    this.x = left;
  }

  write(text: string): Piece[] {
    return text.split(/\r\n|\n|\r/).flatMap((line, i) => {
      if (i > 0) this.newLine();
      return this.writeLine(line.replace(/\t/g, '    '));
    });
  }

  private writeLine(text: string): Piece[] {
    if (text === '') return [];
    const width = this.widthOf(text);
    if (this.x + width > this.right && this.x > this.left) this.newLine();
    const signs = [...text];
    if (this.x + width > this.right && signs.length > 1) {
      const half = Math.ceil(signs.length / 2);
      return [...this.writeLine(signs.slice(0, half).join('')), ...this.writeLine(signs.slice(half).join(''))];
    }
    const piece = { x: this.x, y: this.y, text, width };
    this.x += width;
    return [piece];
  }

  private newLine(): void {
    this.x = this.left;
    this.y += LINE;
  }
}
