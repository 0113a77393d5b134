import { toCss } from './colour';
import { hatchLines, type Picture, type Shape } from './picture';

/** Paints shapes; the context's transform says how many device pixels a CSS pixel has. */
export function paint(context: CanvasRenderingContext2D, shapes: readonly Shape[]): void {
  context.textBaseline = 'alphabetic';
  for (const shape of shapes) paintShape(context, shape);
}

function paintShape(context: CanvasRenderingContext2D, shape: Shape): void {
  const { x, y } = shape;
  switch (shape.kind) {
    case 'rect':
      context.fillStyle = toCss(shape.fill);
      context.fillRect(x, y, shape.width, shape.height);
      return;
    case 'frame': {
      const inset = shape.line / 2;
      context.strokeStyle = toCss(shape.stroke);
      context.lineWidth = shape.line;
      context.setLineDash(shape.dashed ? [3, 2] : []);
      context.strokeRect(x + inset, y + inset, shape.width - shape.line, shape.height - shape.line);
      return;
    }
    case 'hatch':
      context.strokeStyle = toCss(shape.stroke);
      context.lineWidth = 1;
      context.setLineDash([]);
      context.beginPath();
      for (const [x1, y1, x2, y2] of hatchLines(x, y, shape.width, shape.height)) {
        context.moveTo(x1, y1);
        context.lineTo(x2, y2);
      }
      context.stroke();
      return;
    case 'text':
      context.fillStyle = toCss(shape.fill);
      context.font = fontOf(shape);
      context.fillText(shape.text, x, y);
  }
}

export function fontOf({ size, family, bold }: { size: number; family: string; bold?: boolean }): string {
  return `${bold ? '600 ' : ''}${size}px ${family}`;
}

/** Canvases end near 16,384 pixels a side. */
const MOST_PIXELS = 16_000;

/** A data URL; sharp where the height allows two pixels for one. */
export function toPng(picture: Picture): string {
  const scale = Math.min(2, MOST_PIXELS / picture.height, MOST_PIXELS / picture.width);
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(picture.width * scale);
  canvas.height = Math.ceil(picture.height * scale);
  const context = canvas.getContext('2d');
  if (!context) throw new Error('no 2d canvas');
  context.scale(scale, scale);
  paint(context, picture.shapes);
  return canvas.toDataURL('image/png');
}
