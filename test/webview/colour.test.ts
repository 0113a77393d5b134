import { describe, expect, test } from 'vitest';
import { contrast, legibleAlpha, over, parseColour, toCss, withAlpha } from '../../webview/shared/colour';

const white = parseColour('#fff')!;
const black = parseColour('#000')!;

describe('parseColour', () => {
  test.each([
    ['#fff', { r: 255, g: 255, b: 255, a: 1 }],
    ['#1f1F1f', { r: 31, g: 31, b: 31, a: 1 }],
    [' #ea5c0080 ', { r: 234, g: 92, b: 0, a: 128 / 255 }],
    ['rgb(1, 2, 3)', { r: 1, g: 2, b: 3, a: 1 }],
    ['rgba(234, 92, 0, 0.33)', { r: 234, g: 92, b: 0, a: 0.33 }],
    ['rgb(1 2 3 / 50%)', { r: 1, g: 2, b: 3, a: 0.5 }],
  ])('%s', (text, colour) => expect(parseColour(text)).toEqual(colour));

  test.each(['', 'red', '#12', '#12345', '#ggg', 'rgb(1, 2)', 'hsl(1, 2%, 3%)'])('refuses %j', (text) => expect(parseColour(text)).toBeNull());
});

test('toCss writes what parseColour reads', () => {
  for (const colour of [white, { r: 12, g: 200, b: 7, a: 0.25 }]) expect(parseColour(toCss(colour))).toEqual(colour);
});

test('over composites', () => {
  expect(over(withAlpha(white, 0.5), black)).toEqual({ r: 127.5, g: 127.5, b: 127.5, a: 1 });
});

test('contrast is that of WCAG, either way round', () => {
  expect(contrast(white, black)).toBeCloseTo(21, 5);
  expect(contrast(black, white)).toBeCloseTo(21, 5);
  expect(contrast(parseColour('#767676')!, white)).toBeCloseTo(4.54, 2);
});

test('legibleAlpha stops where the text would no longer read', () => {
  const [tint, ground, text] = ['#cca700', '#1f1f1f', '#cccccc'].map((c) => parseColour(c)!) as [typeof white, typeof white, typeof white];
  const alpha = legibleAlpha(tint, ground, text, 4.5, 0.9);
  expect(alpha).toBeGreaterThan(0.2);
  expect(contrast(over(withAlpha(tint, alpha), ground), text)).toBeCloseTo(4.5, 2);
  expect(legibleAlpha(black, black, white, 4.5, 0.9)).toBe(0.9);
});
