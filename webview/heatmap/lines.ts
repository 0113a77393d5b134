/** Where an element stands on screen. */
export interface Box {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The box in the next line up (-1) or down (1) that lies nearest under or over the middle of `from`; null at the ends. */
export function nearestInLine(boxes: readonly Box[], from: number, direction: 1 | -1): number | null {
  const here = boxes[from];
  if (!here) return null;
  const middle = (here.left + here.right) / 2;
  let line: Box | null = null;
  let best: number | null = null;
  let bestDistance = Infinity;
  for (let i = from + direction; i >= 0 && i < boxes.length; i += direction) {
    const box = boxes[i]!;
    if (sameLine(box, here)) continue;
    line ??= box;
    if (!sameLine(box, line)) break;
    const distance = Math.max(0, box.left - middle, middle - box.right);
    if (distance < bestDistance) [best, bestDistance] = [i, distance];
  }
  return best;
}

/** A token that wraps has a tall box: its first line counts. */
function sameLine(one: Box, other: Box): boolean {
  return Math.abs(one.top - other.top) < 4;
}
