import { describe, expect, test } from 'vitest';
import { defaultSettings } from '../../../src/audit/defaults';
import { parseMapping, parseMeasures, parseScale, settingsOf, settingsWords, wholeNumber } from '../../../src/cli/options';

describe('--map', () => {
  test('field names by role', () => {
    expect(parseMapping('prompt=a.b, response=c=d')).toEqual({ prompt: 'a.b', response: 'c=d' });
  });

  test.each(['answer=x', 'prompt', 'prompt=', ''])('"%s" is refused', (text) => {
    expect(() => parseMapping(text)).toThrow();
  });
});

describe('--measures', () => {
  test('in any order', () => {
    expect(parseMeasures('loss, activation')).toEqual(['activation', 'loss']);
    expect(parseMeasures('activation')).toEqual(['activation']);
  });

  test.each(['loss', 'push', '', 'activation,'])('"%s" is refused', (text) => {
    expect(() => parseMeasures(text)).toThrow();
  });
});

test('whole numbers within bounds', () => {
  const parse = wholeNumber(1, 10);
  expect(parse('10')).toBe(10);
  for (const text of ['0', '11', '1.5', '1e1', '-1', ' 1', '']) expect(() => parse(text)).toThrow(/1 to 10/);
});

describe('--scale', () => {
  test('any number of a sensible size', () => expect(['0', '1', '.5', '-2'].map(parseScale)).toEqual([0, 1, 0.5, -2]));

  test.each(['', ' ', 'much', '11', '-10.5', 'NaN', 'Infinity'])('"%s" is refused', (text) => {
    expect(() => parseScale(text)).toThrow(/-10 to 10/);
  });

  test('is 1 unless told, and says nothing without an adapter', () => {
    const options = { maxTokens: 64, trainOn: 'all', template: { kind: 'model' }, device: 'cpu' } as const;
    expect(settingsOf({ ...options, adapter: 'lora' }).adapter).toEqual({ folder: 'lora', scale: 1 });
    expect(settingsOf(options).adapter).toBeNull();
    expect(() => settingsOf({ ...options, scale: 0 })).toThrow('--scale goes with --adapter');
  });
});

test('the words of settings: nothing for the defaults, everything that differs', () => {
  const cache = { folder: '/c', maxBytes: 1 };
  expect(settingsWords({ ...defaultSettings, cache })).toEqual([]);
  expect(
    settingsWords({
      ...defaultSettings,
      card: 'c.json',
      ordinary: 'o.jsonl',
      adapter: { folder: 'lora', scale: 0.5 },
      maxTokens: 512,
      trainOn: 'last',
      systemPrompt: 'Be kind.',
      template: { kind: 'file', path: 't.jinja' },
      mapping: { prompt: 'a', response: 'b' },
      measures: ['activation'],
      threads: 2,
      device: 'webgpu',
      cache: null,
    }),
  ).toEqual([
    ...['--card', 'c.json', '--adapter', 'lora', '--scale', '0.5', '--ordinary', 'o.jsonl', '--max-tokens', '512', '--train-on', 'last', '--system-prompt', 'Be kind.'],
    ...['--template', 't.jinja', '--map', 'prompt=a,response=b', '--measures', 'activation', '--threads', '2', '--device', 'webgpu', '--no-cache'],
  ]);
});
