import { describe, expect, test } from 'vitest';
import { inspectionLines } from '../../../src/cli/inspectText';
import { paintFor } from '../../../src/cli/terminal/colour';
import { textWidth } from '../../../src/cli/terminal/width';
import { tokenLines } from '../../../src/cli/tokenLines';
import type { InspectedProbe, InspectedToken, RowInspection } from '../../../src/protocol';
import { ESC, summary } from './support';

const token = (text: string, turn: number, response: boolean, masked = false): InspectedToken => ({ text, turn, role: turn < 0 ? null : turn % 2 ? 'assistant' : 'user', range: null, response, masked, nll: null });
const tokens = [token('<s>', -1, false), token('My', 0, false), token(' brakes', 0, false), token('Pour', 1, true), token(' oil', 1, true), token('\n', 1, true), token('that', 1, true), token("'ll", 1, true), token(' teach', 1, true, true)];
const values = Float32Array.from([9, 0, 0, 1, -1, 0, 0.5, 0, 7]);
const probe: InspectedProbe = { id: 'trained', name: 'Trained probe', measure: 'activation', values, rowValue: 7.5 / 6, percentile: 99.44, band: [-0.5, 0.5] };
const inspection: RowInspection = {
  index: 1,
  line: 212,
  hash: 'h',
  shape: 'messages',
  tokens,
  truncated: true,
  templateMarkers: false,
  measures: ['activation'],
  probes: [probe, { ...probe, id: 'contrast', rowValue: -0.25, percentile: 12 }],
  latents: [{ index: 3162, name: 'villains', mean: 1.234, z: 8.44, values: Float32Array.from([50, 0, 40, 3, 0, 0, 0, 5, 60]) }],
  latentMax: 60,
  engine: summary().engine,
};
const plain = { width: 90, paint: paintFor(0) };

describe('tokens', () => {
  test('without colour marks stand under each token; the prompt, masked tokens and template text have none', () => {
    expect(tokenLines(tokens, { values, middle: 0, scale: 1 }, plain)).toEqual([
      'user       My brakes',
      'assistant  Pour oil',
      '           ████ ▁▁▁',
      "           that'll teach",
      '           ▇▇▇▇▅▅▅',
    ]);
  });

  test('with colour the background is the shading', () => {
    const lines = tokenLines(tokens, { values, middle: 0, scale: 1 }, { width: 90, paint: paintFor(3) });
    const paint = paintFor(3);
    expect(lines).toHaveLength(3);
    expect(lines[1]).toBe(paint.bold('assistant  ') + paint.shade('Pour', 3) + paint.shade(' oil', -3));
    expect(lines[2]).toContain(`${paint.shade('that', 2)}'ll teach`);
  });

  test('lines break before words and never pass the width', () => {
    const long = Array.from({ length: 40 }, (_, i) => token(i % 3 ? 'ab' : ' 漢字', 1, true));
    const lines = tokenLines(long, null, { width: 40, paint: paintFor(0) });
    expect(lines.every((line) => textWidth(line) <= 40)).toBe(true);
    expect(lines.map((line) => line.slice(11)).join(' ').replaceAll(' ', '')).toBe(long.map(({ text }) => text.trim()).join(''));
    expect(lines.slice(1).every((line) => line.slice(11).startsWith('漢字'))).toBe(true);
  });

  test('a long prompt is cut, an answer never', () => {
    const many = (turn: number, response: boolean) => Array.from({ length: 12 }, () => token('x\n', turn, response));
    expect(tokenLines(many(0, false), null, plain)).toHaveLength(7);
    expect(tokenLines(many(1, true), null, plain).length).toBeGreaterThanOrEqual(12);
  });

  test("a row's text cannot drive the terminal", () => {
    expect(tokenLines([token(`${ESC}[2J\u0007`, 1, true)], null, plain).join('\n')).toBe('assistant  ␛[2J␇');
  });
});

describe('an inspection', () => {
  const text = inspectionLines('train.jsonl', inspection, probe, plain).join('\n');

  test('names the row, the probe and what it was compared with', () => {
    expect(text).toContain('train.jsonl:212, messages, 9 tokens, 6 of them trained on, cut at --max-tokens');
    expect(text).toContain('trained (Trained probe), on activation vectors: 1.25, percentile 99.4');
    expect(text).toContain('90 % of them lie between -.5 and .5');
    expect(text).toContain('contrast: -.25, percentile 12.0');
    expect(text).toContain('1 response tokens whose vectors are too large');
  });

  test("says that the tokens' mean is the score only where it is", () => {
    expect(text.replace(/\s+/g, ' ')).toContain("the tokens' mean is the row's score");
    const last = { ...probe, rowValue: 3 };
    expect(inspectionLines('f', inspection, last, plain).join(' ').replace(/\s+/g, ' ')).not.toContain("the tokens' mean");
  });

  test('latents with mean, z and the response tokens where they are strongest', () => {
    expect(text).toContain('  3162  villains  1.23  8.4  "\'ll" 5, "Pour" 3');
  });

  test('the turns of a row with several', () => {
    const several = [...tokens, token('Why?', 2, false), token('Spite', 3, true)];
    const longer = { ...probe, values: Float32Array.from([...values, 0, -2]) };
    const lines = inspectionLines('f', { ...inspection, tokens: several, probes: [longer], latents: [] }, longer, plain).join('\n');
    expect(lines).toContain('turn 2: mean 1.25, above 95 % of reference rows');
    expect(lines).toContain('turn 4: mean -2, below 95 % of reference rows');
  });
});
