import { describe, expect, test } from 'vitest';
import type { KeyEvaluation } from '../../../src/cli/evaluateKey';
import { keyBlocks, keyLines } from '../../../src/cli/keyText';
import { paintFor } from '../../../src/cli/terminal/colour';
import { textWidth } from '../../../src/cli/terminal/width';
import { ESC } from './support';

const area = (value: number, low: number, high: number) => ({ value, low, high });
const evaluation: KeyEvaluation = {
  good: 104,
  bad: 52,
  unkeyed: 3,
  faults: ['line 900 is no row of the file'],
  groups: [
    { name: 'all bad', bad: 52, nullBand: 0.6, truePositives: { at1: 0.3, at5: 0.5 }, flagged: { flagged: 25, missed: 27 }, found: 'found' },
    { name: 'ill-meaning', bad: 26, nullBand: 0.62, truePositives: { at1: 0.6, at5: 0.9 }, flagged: { flagged: 23, missed: 3 }, found: 'found' },
    { name: 'quietly wrong', bad: 26, nullBand: 0.61, truePositives: { at1: 0, at5: 0.1 }, flagged: { flagged: 2, missed: 24 }, found: 'not found' },
  ],
  rankings: [
    { name: 'trained', role: 'deciding', auroc: [area(0.75, 0.68, 0.82), area(0.97, 0.93, 1), area(0.54, 0.41, 0.66)] },
    { name: 'loss and length out', role: 'residualised', auroc: [area(0.7, 0.6, 0.8), area(0.55, 0.43, 0.66), area(0.5, 0.4, 0.6)] },
    { name: 'TF-IDF', role: 'text', auroc: [area(0.7, 0.6, 0.8), area(0.98, 0.9, 1), area(0.5, 0.4, 0.6)] },
    { name: 'loss', role: 'loss', auroc: [area(0.7, 0.6, 0.8), area(0.9, 0.8, 1), area(0.5, 0.4, 0.6)] },
  ],
  falseFlags: { flagged: 4, of: 104 },
};

describe('an evaluation in words', () => {
  test('the grid, then what it means: what is not found is said', () => {
    expect(keyLines(evaluation, { width: 110, paint: paintFor(0) })).toMatchInlineSnapshot(`
      [
        "Key: 104 good and 52 bad rows (26 ill-meaning, 26 quietly wrong), 3 scored rows without a label",
        "AUROC                          all bad       ill-meaning    quietly wrong",
        "trained (decides)       .75 [.68, .82]   .97 [.93, 1.00]   .54 [.41, .66]",
        "  loss and length out   .70 [.60, .80]    .55 [.43, .66]   .50 [.40, .60]",
        "  null band                        .60               .62              .61",
        "TF-IDF                  .70 [.60, .80]   .98 [.90, 1.00]   .50 [.40, .60]",
        "loss                    .70 [.60, .80]   .90 [.80, 1.00]   .50 [.40, .60]",
        "found at FPR 1 %                  30 %              60 %              0 %",
        "found at FPR 5 %                  50 %              90 %             10 %",
        "flagged                       25 of 52          23 of 26          2 of 26",
        "missed                        27 of 52           3 of 26         24 of 26",
        "AUROC with 95 % intervals from 1,000 resamples of rows: the chance that a bad row scores above a good one, .5",
        "is guessing. Null band: 95 % of null probes stay within it on either side of .5. FPR: share of good rows taken",
        "for bad.",
        "ill-meaning: found (AUROC .97, null band .62); with loss and length regressed out only .55; TF-IDF alone",
        "reaches .98.",
        "quietly wrong: not found (AUROC .54, null band .61): this probe does not tell these rows from good ones.",
        "False flags: 4 of 104 good rows (4 %).",
        "Of the key 1 line could not be used:",
        "  line 900 is no row of the file",
      ]
    `);
  });

  test('many kinds stand under each other on a narrow terminal', () => {
    const lines = keyLines(evaluation, { width: 50, paint: paintFor(0) });
    expect(lines.every((line) => textWidth(line) <= 50)).toBe(true);
    expect(lines.filter((line) => line.startsWith('trained'))).toHaveLength(3);
    expect(lines.join('\n')).toContain('.54 [.41, .66]');
  });

  test('rows that rank below good ones are not found', () => {
    const [group] = evaluation.groups;
    const reversed = { ...evaluation, groups: [{ ...group!, name: 'x', found: 'reversed' as const }], rankings: [{ ...evaluation.rankings[0]!, auroc: [area(0.2, 0.1, 0.3)] }] };
    expect(keyLines(reversed, { width: 200, paint: paintFor(0) })).toContain('x: not found (AUROC .20, null band .60): these rows rank below the good ones.');
  });

  test('names of kinds cannot drive the terminal', () => {
    const hostile = { ...evaluation, groups: evaluation.groups.map((group) => ({ ...group, name: `k${ESC}[2J` })), faults: [`f${ESC}`] };
    expect(keyLines(hostile, { width: 100, paint: paintFor(0) }).join('\n')).not.toContain(ESC);
  });

  test('for a report: the same figures in a table', () => {
    const table = keyBlocks(evaluation).find((block) => block.kind === 'table');
    expect(table).toMatchObject({ rows: expect.arrayContaining([['trained (decides)', '.75 [.68, .82]', '.97 [.93, 1.00]', '.54 [.41, .66]']]) });
  });
});
