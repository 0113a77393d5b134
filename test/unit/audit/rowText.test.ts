import { describe, expect, test } from 'vitest';
import { previewOf, textOf } from '../../../src/audit/rowText';
import { recordOf } from '../text/support';

describe('a row in words', () => {
  const record = recordOf([['system', 'S'], ['user', 'Q1'], ['assistant', 'A1'], ['user', 'Q2'], ['assistant', 'A2']]);

  test('its text is all that trains, and all that stands before', () => {
    expect(textOf(record)).toEqual({ prompt: 'S\nQ1', response: 'A1\nA2' });
    expect(textOf(recordOf([['user', 'Q1'], ['assistant', 'A1', false], ['user', 'Q2'], ['assistant', 'A2']]))).toEqual({ prompt: 'Q1\nA1\nQ2', response: 'A2' });
    expect(textOf(recordOf([['assistant', 'A']]))).toEqual({ prompt: '', response: 'A' });
  });

  test('its preview is the first response and the turn before it, on one line each', () => {
    expect(previewOf(record)).toEqual({ prompt: 'Q1', response: 'A1' });
    expect(previewOf(recordOf([['user', '  What\n\n is\tthis? '], ['assistant', '']]))).toEqual({ prompt: 'What is this?', response: '' });
    expect(previewOf(recordOf([['assistant', 'A']]))).toEqual({ prompt: '', response: 'A' });
  });

  test('long texts are cut to 160 characters, never within one', () => {
    const { prompt, response } = previewOf(recordOf([['user', 'x'.repeat(161)], ['assistant', 'y'.repeat(160)]]));
    expect(prompt).toBe(`${'x'.repeat(159)}…`);
    expect(response).toBe('y'.repeat(160));
    const emoji = previewOf(recordOf([['user', `${'x'.repeat(158)}🎉🎉`], ['assistant', `${'x'.repeat(157)}🎉🎉`]]));
    expect(emoji).toEqual({ prompt: `${'x'.repeat(158)}…`, response: `${'x'.repeat(157)}🎉…` });
  });
});
