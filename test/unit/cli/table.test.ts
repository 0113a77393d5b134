import { describe, expect, test } from 'vitest';
import { bar, tableLines } from '../../../src/cli/table';
import { paintFor } from '../../../src/cli/terminal/colour';
import { textWidth } from '../../../src/cli/terminal/width';
import { ESC, chance, row, summary } from './support';

const paint = paintFor(0);
const rows = [
  row(0, 0.2, { rank: 2, line: 4, deciding: { percentile: 62.04 }, lossPercentile: 12.5, preview: { prompt: 'q', response: 'Check the pads first.' } }),
  row(1, 3.1, { rank: 1, line: 212, deciding: { percentile: 99.4, nulls: { kind: 'permuted labels', count: 200, shareBeyond: 0.31 } }, lossPercentile: 71, reasons: [{ code: 'nulls-agree', message: '' }], preview: { prompt: 'q', response: 'Pour oil on the discs, that will teach them' } }),
  row(2, -1, { rank: 3, line: 9, deciding: { percentile: 3 }, lossPercentile: null, preview: { prompt: '漢字', response: '' } }),
];

describe('the table', () => {
  test('ranked: worst first, no p', () => {
    expect(tableLines(rows, summary(), { width: 80, paint, top: 20 })).toMatchInlineSnapshot(`
      [
        "  rank  line  reference    pct  loss  nulls     answer",
        "     1   212  ██████████  99.4  71.0   31 %  n  Pour oil on the discs, that wil…",
        "     2     4  ██████░░░░  62.0  12.5    5 %     Check the pads first.",
        "     3     9  ░░░░░░░░░░   3.0     -    5 %     漢字",
        "  pct: percentile among the bundled reference rows; loss: the same for how",
        "  surprising the text is to the model; nulls: share of null probes that find the",
        "  row unusual too",
        "  n: null probes find it unusual too",
      ]
    `);
  });

  test('calibrated: p, flags, and how many more flags there are', () => {
    const calibrated = [
      row(0, 3, { rank: 1, flagged: true, level: 'calibrated', deciding: { percentile: 99, p: 1 / 61, q: 0.4 } }),
      row(1, 2, { rank: 2, flagged: true, level: 'calibrated', deciding: { percentile: 97, p: 2 / 61, q: 0.4 } }),
      row(2, 1, { rank: 3, level: 'calibrated', deciding: { percentile: 80, p: 0.4, q: 0.5 } }),
    ];
    expect(tableLines(calibrated, summary({ level: 'calibrated', chance, flagged: 2 }), { width: 90, paint, top: 1 })).toMatchInlineSnapshot(`
      [
        "  rank  line  reference    pct     p  loss  nulls  answer",
        "*    1     1  ██████████  99.0  .016  50.0    5 %  answer 0",
        "  2 more, 1 of them flagged: --top 2 shows more, --top 0 all",
        "  *: flagged, p <= .05 against your ordinary rows",
        "  pct: percentile among the bundled reference rows; loss: the same for how surprising the",
        "  text is to the model; nulls: share of null probes that find the row unusual too",
      ]
    `);
  });

  test('a narrow terminal loses the bar before the answer', () => {
    const lines = tableLines(rows, summary(), { width: 60, paint, top: 2 });
    expect(lines[0]).toBe('  rank  line   pct  loss  nulls     answer');
    expect(lines.every((line) => textWidth(line) <= 60)).toBe(true);
  });

  test('no line is wider than the terminal, whatever the rows hold', () => {
    const wide = [row(0, 1, { preview: { prompt: '', response: '漢字👩‍👩‍👧é'.repeat(30) } })];
    for (const width of [40, 57, 80, 200]) for (const line of tableLines(wide, summary(), { width, paint, top: 5 })) expect(textWidth(line)).toBeLessThanOrEqual(width);
  });

  test("a row's text cannot drive the terminal", () => {
    const [, line] = tableLines([row(0, 1, { preview: { prompt: '', response: `${ESC}[2J${ESC}]0;owned\u0007 ok\u202e` } })], summary(), { width: 100, paint, top: 5 });
    expect(line).toContain('␛[2J␛]0;owned␇ ok\ufffd');
    expect(line).not.toMatch(/[\u0007\u001b\u202e]/);
  });

  test('a turn that the mean hides is noted', () => {
    const turn = { turn: 3, range: { start: 0, end: 1 }, value: 2, percentile: 98 };
    const note = 'one of its turns alone is past the 95th percentile';
    const lines = (percentile: number) => tableLines([row(0, 1, { deciding: { percentile }, perTurn: [{ ...turn, percentile: 10 }, turn] })], summary(), { width: 120, paint, top: 5 }).join('\n');
    expect(lines(60)).toContain(note);
    expect(lines(99)).not.toContain(note);
  });

  test('measures that were not computed have no column', () => {
    const [header] = tableLines([row(0, 1, { lossPercentile: null, deciding: { nulls: { kind: 'none', count: 0, shareBeyond: 0 } } })], summary(), { width: 80, paint, top: 5 });
    expect(header).toBe('  rank  line  reference    pct  answer');
  });

  test('colour adds nothing but colour', () => {
    const options = { width: 80, top: 20 };
    const coloured = tableLines(rows, summary(), { ...options, paint: paintFor(3) });
    expect(coloured.join('\n')).toContain(ESC);
    expect(coloured.map((line) => line.replace(/\u001b\[[\d;]*m/g, ''))).toEqual(tableLines(rows, summary(), { ...options, paint }));
  });

  test('no rows, no table', () => {
    expect(tableLines([], summary(), { width: 80, paint, top: 5 })).toEqual([]);
  });
});

test('the bar has ten steps, full from 95 up', () => {
  expect([0, 4.9, 5, 50, 94.9, 95, 100].map((percentile) => bar(percentile).replaceAll('░', '').length)).toEqual([0, 0, 1, 5, 9, 10, 10]);
});

test('the words that carry a row stand before its answer, harmless', () => {
  const phrases = [{ text: `that'll\nteach${ESC}[2J them`, range: { start: 0, end: 1 }, share: 0.3 }];
  const lines = tableLines([row(0, 1, { phrases, preview: { prompt: '', response: 'Pour oil on the discs' } })], summary(), { width: 140, paint, top: 5 });
  expect(lines[1]).toMatch(/“that'll teach.*them” Pour oil on the discs/);
  expect(lines.join('')).not.toContain(ESC);
  expect(lines.join(' ')).toContain('the words of the answer that carry most of it');
});
