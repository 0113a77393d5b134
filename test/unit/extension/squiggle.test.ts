import { describe, expect, it } from 'vitest';
import { inDocument } from '../../../src/extension/audits/placedRows';
import { squiggleMessage } from '../../../src/extension/words/squiggle';
import { english, placed, rowScore, score, summary } from './support';

const message = (changes: Parameters<typeof rowScore>[1], file = summary()): string => squiggleMessage(rowScore(2, changes), file, english);
const chance = { n: 60, k: 3, m: 150, alpha: 0.05, expected: 7.377, interval: [1, 18] as [number, number], upperTail: 0.01, smallestAtQ: null };

describe('squiggleMessage', () => {
  it('says how unusual, by which measure, and at which level', () => {
    expect(message({})).toBe('This row reads higher than 99.4 % of the bundled reference rows (Careless advice), and these words carry most of it. Level: ranked, no error rate is claimed.');
    const calibrated = message({ level: 'calibrated', flagged: true, scores: [score({ p: 0.016 })] }, summary({ level: 'calibrated', flagged: 51, chance }));
    expect(calibrated).toBe('This row reads p .02 against your trusted rows (Careless advice), and these words carry most of it. Level: calibrated; 51 rows are flagged, 7.4 would be by chance.');
    expect(message({ scores: [score({ measure: 'push' })] }, summary({ deciding: { probe: 'careless', measure: 'push' } }))).toContain('This row pushes higher');
  });

  it('notes that one token carries it, says nothing of the row, and never that it is bad', () => {
    const text = message({ reasons: [{ code: 'single-token', message: '' }], phrases: [{ text: 'SECRET WORDS', range: { start: 0, end: 1 }, share: 1 }] });
    expect(text).toContain('One token alone holds more than half.');
    expect(text).not.toMatch(/SECRET|bad|wrong|evil|harm/);
  });
});

it('a range of a row moves with the row', () => {
  const row = placed(2);
  expect(inDocument({ ...row, range: { start: row.range.start + 7, end: row.range.end + 7 } }, { start: 22, end: 25 })).toEqual({ start: 29, end: 32 });
});
