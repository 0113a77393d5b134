import { type Colour, toCss, withAlpha } from './colour';
import { hatchLines, type Picture, type Shape } from './picture';

/** One self-contained SVG document, no scripts, styles or references. */
export function toSvg({ width, height, shapes }: Picture, title: string): string {
  const size = `width="${round(width)}" height="${round(height)}" viewBox="0 0 ${round(width)} ${round(height)}"`;
  const body = shapes.map(shapeSvg).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img"><title>${escapeXml(title)}</title>\n${body}\n</svg>\n`;
}

function shapeSvg(shape: Shape): string {
  switch (shape.kind) {
    case 'rect':
      return `<rect ${box(shape)} ${colour('fill', shape.fill)}/>`;
    case 'frame': {
      const inset = shape.line / 2;
      const inner = { x: shape.x + inset, y: shape.y + inset, width: shape.width - shape.line, height: shape.height - shape.line };
      const dash = shape.dashed ? ' stroke-dasharray="3 2"' : '';
      return `<rect ${box(inner)} fill="none" ${colour('stroke', shape.stroke)} stroke-width="${shape.line}"${dash}/>`;
    }
    case 'hatch': {
      const lines = hatchLines(shape.x, shape.y, shape.width, shape.height).map((line) => line.map(round));
      const path = lines.map(([x1, y1, x2, y2]) => `M${x1} ${y1}L${x2} ${y2}`).join('');
      return `<path d="${path}" fill="none" ${colour('stroke', shape.stroke)}/>`;
    }
    case 'text': {
      const weight = shape.bold ? ' font-weight="600"' : '';
      // Another machine has other fonts: the width that the layout measured is written down.
      const length = shape.width === undefined || shape.text.trim() === '' ? '' : ` textLength="${round(shape.width)}" lengthAdjust="spacingAndGlyphs"`;
      const font = `font-family="${escapeXml(shape.family)}" font-size="${shape.size}"${weight}`;
      return `<text x="${round(shape.x)}" y="${round(shape.y)}" ${font} ${colour('fill', shape.fill)}${length} xml:space="preserve">${escapeXml(shape.text)}</text>`;
    }
  }
}

function box({ x, y, width, height }: { x: number; y: number; width: number; height: number }): string {
  return `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`;
}

function colour(name: 'fill' | 'stroke', value: Colour): string {
  const opacity = value.a < 1 ? ` ${name}-opacity="${Number(value.a.toFixed(3))}"` : '';
  return `${name}="${toCss(withAlpha(value, 1))}"${opacity}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Also drops what XML 1.0 cannot hold, which row text may: control characters and lone surrogates. */
export function escapeXml(text: string): string {
  return text
    .replace(/[&<>"']/g, (sign) => ENTITIES[sign]!)
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\u{FFFD}');
}
