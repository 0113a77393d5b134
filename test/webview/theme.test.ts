import { describe, expect, test } from 'vitest';
import { contrast, over, withAlpha } from '../../webview/shared/colour';
import { forcedTheme, themeFrom, type Theme } from '../../webview/shared/theme';
import { type ThemeName, themes, themeVariables } from './support/themes';

function themeOf(name: ThemeName): Theme {
  const variables = themeVariables(name);
  return themeFrom((variable) => variables.get(variable) ?? '', name.startsWith('high-contrast'));
}

describe.each(themes)('%s', (name) => {
  const theme = themeOf(name);

  test('text stays readable over the strongest shade', () => {
    for (const side of ['low', 'high'] as const) {
      const ground = over(withAlpha(theme[side], theme.textAlpha[side]), theme.background);
      expect(contrast(ground, theme.foreground)).toBeGreaterThanOrEqual(4.5);
      expect(theme.textAlpha[side]).toBeGreaterThan(0.3);
    }
  });

  test('low is blue, high is amber, both opaque and seen against the ground', () => {
    expect(theme.low.b).toBeGreaterThan(theme.low.r);
    expect(theme.high.r).toBeGreaterThan(theme.high.b);
    for (const tint of [theme.low, theme.high]) {
      expect(tint.a).toBe(1);
      expect(contrast(tint, theme.background)).toBeGreaterThan(2.5);
    }
  });
});

test('without variables it still draws', () => {
  expect(themeFrom(() => '', false)).toMatchObject({ background: { r: 31 }, fontFamily: 'sans-serif' });
});

test.each([
  ['dark', 'rgb(0, 0, 0)', 'rgb(255, 255, 255)'],
  ['light', 'rgb(255, 255, 255)', 'rgb(0, 0, 0)'],
])('forced colours, %s: the system paints, tints are seen', (_, canvas, text) => {
  const theme = forcedTheme((name) => ({ Canvas: canvas, CanvasText: text, Highlight: 'rgb(0, 120, 215)' })[name] ?? '', 'sans-serif');
  expect(theme.highContrast).toBe(true);
  for (const tint of [theme.low, theme.high]) expect(contrast(tint, theme.background)).toBeGreaterThan(3);
});
