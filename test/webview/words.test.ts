import { expect, test } from 'vitest';
import { formatCount, formatLatent, formatPercentile, formatShare, formatValue, plural } from '../../webview/heatmap/format';
import { describeCell, describeToken, factsOf, roleOf, shownText, spokenText } from '../../webview/heatmap/words';
import { fixture } from './support/inspection';

const { tokens, latents, latentMax, probes } = fixture().inspection;

test('numbers', () => {
  expect([3.14159, -0.5, 12.34, 123.4, 0, -0.0001, NaN].map(formatValue)).toEqual(['3.14', '−0.50', '12.3', '123', '0.00', '−0.0001', 'none']);
  expect([99.97, 99.4, 50, 100].map(formatPercentile)).toEqual(['99.9', '99.4', '50.0', '100.0']);
  expect([0.012, 0.0042, 0.5, 1].map(formatShare)).toEqual(['.01', '.004', '.50', '1']);
  expect([formatLatent(41.4, 62), formatLatent(4.14, 6.2), formatLatent(0.414, 0.62)]).toEqual(['41', '4.1', '0.41']);
  expect([formatCount(6000), plural(1, 'row'), plural(1200, 'row')]).toEqual(['6,000', '1 row', '1,200 rows']);
});

test('a token as a label and as a reader says it', () => {
  expect([' teach', 'a\nb', '\t', ''].map(shownText)).toEqual([' teach', 'a↵b', '⇥', '']);
  expect([' teach', '\n', '\n\n', '   ', ' ', ''].map(spokenText)).toEqual(['teach', '1 line end', '2 line ends', '3 spaces', '1 space', 'part of a character']);
  expect(['\u200d', '\ufe0f', '\u0301', '🏽'].map(spokenText)).toEqual(Array(4).fill('part of a character'));
});

test('a cell reads as the design says', () => {
  const token = { ...tokens[20]!, text: ' teach', masked: false };
  const latent = { ...latents[0]!, index: 3162 };
  expect(describeCell(token, latent, 41.2, 61.8)).toBe('token teach, latent 3162, 41 of 62');
  expect(describeCell({ ...token, masked: true }, latent, 41.2, 61.8)).toBe('token teach, latent 3162, masked');
});

test('roles say what is not trained on', () => {
  const [template, user, assistant] = [tokens[0]!, tokens.find((t) => t.role === 'user')!, tokens.find((t) => t.response)!];
  expect([template, user, assistant].map(roleOf)).toEqual(['template', 'user, not trained on', 'assistant']);
});

test('the facts of a token, and in one sentence', () => {
  const at = tokens.findIndex((t) => t.text === ' brick');
  const facts = factsOf(tokens[at]!, at, probes[0]!, latents, latentMax);
  expect(facts).toMatchObject({ text: ' brick', role: 'assistant', value: formatValue(probes[0]!.values[at]!) });
  expect(facts.latents[0]).toMatch(/^3162 gloating over a mishap \d+$/);
  expect(describeToken(tokens[at]!, facts, probes[0]!)).toMatch(/^brick, assistant, sneering [\d.]+, loss [\d.]+ nats, strongest latents 3162 /);
  const masked = tokens.findIndex((t) => t.masked);
  expect(factsOf(tokens[masked]!, masked, probes[0]!, latents, latentMax)).toMatchObject({ value: 'masked: massive norm', nll: 'none', latents: [] });
});
