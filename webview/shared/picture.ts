import type { Colour } from './colour';

/** A drawing as data: the same shapes go to a canvas on screen, to a PNG and to an SVG. Sizes in CSS pixels. */
export type Shape =
  | { kind: 'rect'; x: number; y: number; width: number; height: number; fill: Colour }
  | { kind: 'frame'; x: number; y: number; width: number; height: number; stroke: Colour; line: number; dashed?: boolean }
  | { kind: 'hatch'; x: number; y: number; width: number; height: number; stroke: Colour }
  | { kind: 'text'; x: number; y: number; text: string; fill: Colour; size: number; family: string; bold?: boolean; width?: number };

export interface Picture {
  width: number;
  height: number;
  shapes: Shape[];
}

export type Segment = [x1: number, y1: number, x2: number, y2: number];

const HATCH_GAP = 5;

/** Rising diagonals over a box, clipped to it. They share one grid, so that neighbouring boxes join. */
export function hatchLines(x: number, y: number, width: number, height: number): Segment[] {
  const lines: Segment[] = [];
  const first = Math.ceil((x + y) / HATCH_GAP) * HATCH_GAP;
  for (let sum = first; sum < x + y + width + height; sum += HATCH_GAP) {
    const x1 = Math.max(x, sum - (y + height));
    const x2 = Math.min(x + width, sum - y);
    if (x2 > x1) lines.push([x1, sum - x1, x2, sum - x2]);
  }
  return lines;
}
