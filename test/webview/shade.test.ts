import { expect, test } from 'vitest';
import { referenceScale } from '../../webview/heatmap/scale';
import { shadeColour, shadedTokens, sideOf, strengths } from '../../webview/heatmap/shade';
import { themeFrom } from '../../webview/shared/theme';
import { fixture } from './support/inspection';

const theme = themeFrom(() => '', false);

test('shadeColour takes the side and no more than text can bear', () => {
  expect(shadeColour(0, theme)).toBeNull();
  expect(shadeColour(-1, theme)).toEqual({ ...theme.low, a: theme.textAlpha.low });
  expect(shadeColour(0.5, theme)).toEqual({ ...theme.high, a: theme.textAlpha.high / 2 });
});

test('only response tokens that are not masked are shaded', () => {
  const { tokens, probes } = fixture().inspection;
  const shaded = shadedTokens(tokens, probes[0]!);
  expect(shaded.every((i) => tokens[i]!.role === 'assistant' && !tokens[i]!.masked)).toBe(true);
  const all = strengths(tokens, probes[0]!, referenceScale(probes[0]!.band));
  expect(all).toHaveLength(tokens.length);
  tokens.forEach((_, i) => !shaded.includes(i) && expect(all[i]).toBe(0));
  expect(all.some((s) => s > 0.5) && all.some((s) => s < -0.5)).toBe(true);
});

test('sideOf marks only what is clear', () => {
  expect([-0.9, -0.3, 0, 0.3, 0.9].map(sideOf)).toEqual(['low', '', '', '', 'high']);
});
