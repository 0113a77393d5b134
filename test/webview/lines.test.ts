import { expect, test } from 'vitest';
import { type Box, nearestInLine } from '../../webview/heatmap/lines';

/** Boxes of 20 pixels height from [left, right, line]. */
const boxes: Box[] = ([[0, 30, 0], [30, 80, 0], [80, 100, 0], [0, 60, 1], [60, 90, 1], [0, 10, 2]] as const).map(([left, right, line]) => ({ left, right, top: 20 * line, bottom: 20 * line + 20 }));

test('goes to what stands nearest in the next line', () => {
  expect([0, 1, 2].map((from) => nearestInLine(boxes, from, 1))).toEqual([3, 3, 4]);
  expect([3, 4, 5].map((from) => nearestInLine(boxes, from, -1))).toEqual([1, 1, 3]);
  expect(nearestInLine(boxes, 4, 1)).toBe(5);
});

test('stays at the ends', () => {
  expect([nearestInLine(boxes, 1, -1), nearestInLine(boxes, 5, 1), nearestInLine([], 0, 1)]).toEqual([null, null, null]);
});
