import { expect, test } from 'vitest';
import { fileLine, summaryLines } from '../../../src/cli/summaryText';
import { paintFor } from '../../../src/cli/terminal/colour';
import { ESC, chance, row, summary } from './support';

const layout = { width: 100, paint: paintFor(0) };

test('a ranked file', () => {
  expect(summaryLines(summary(), [], layout)).toMatchInlineSnapshot(`
    [
      "Verdict  ranked: review from the top; no error rate is claimed",
      "Level    ranked (an order of review; percentiles against the bundled reference rows are context, not",
      "         an error rate)",
      "Flagged  none: a flag needs ordinary rows of your own",
      "Nulls    1 of 3 rows are beyond the reference's 95th percentile; 200 null probes (permuted labels)",
      "         put 0 there (95 %: 0 to 2): no more than null probes reach",
      "Loss     rank correlation .42 with the score; 1 of the 1 top rows are also on top by the loss",
      "TF-IDF   rank correlation -.10 with the score; 0 of the 1 top rows are also on top by TF-IDF",
      "Length   0 of the 1 top rows are also on top by the length",
      "Next     Give at least 40 rows that you trust.",
      "Engine   TestModel, CPU, q4_1; parity: cosine at least .99999998 on 32 tokens; onnxruntime 1.30; 3",
      "         rows run (34 rows/s), 0 from the cache, 2 min 38 s in all",
    ]
  `);
});

test('a calibrated file says what chance gives, and what q cannot reach', () => {
  const calibrated = summary({
    level: 'calibrated',
    verdict: 'more than chance',
    verdictText: '31 flagged, 5 expected by chance',
    flagged: 31,
    chance,
    alternatives: { ...summary().alternatives, topShared: { loss: 12, text: 3, length: 1, of: 31 }, flagged: { loss: 20, text: null, length: 4 } },
  });
  const lines = summaryLines(calibrated, [row(0, 1, { deciding: { p: 0.01, q: 0.3 } })], layout).join(' ').replace(/ +/g, ' ');
  expect(lines).toContain('Verdict more than chance: 31 flagged, 5 expected by chance');
  expect(lines).toContain('31 of 100 rows, 5 expected by chance with 60 ordinary rows (95 % interval 1 to 11; as many or more by chance: P = .001)');
  expect(lines).toContain('not decidable at q <= .05: at least 33 of 100 rows would have to beat every one of the 60 ordinary rows');
  expect(lines).toContain('12 of the 31 flagged rows are also on top by the loss; the loss alone would flag 20');
  expect(summaryLines(calibrated, [row(0, 1, { deciding: { p: 0.01, q: 0.04 } })], layout).join('\n')).toContain('1 row at q <= .05 (Benjamini-Hochberg)');
});

test('where no row could be scored nothing is said of scores', () => {
  const names = summaryLines(summary({ scored: 0, verdict: 'could not run', problems: [{ line: 1, reason: 'empty', message: 'm' }] }), [], layout).map((line) => line.slice(0, 8).trim());
  expect(names.filter((name) => name !== '')).toEqual(['Verdict', 'Problems', 'Next', 'Engine']);
});

test('problems: twenty with line and reason, then a count', () => {
  const problems = Array.from({ length: 23 }, (_, i) => ({ line: i + 1, reason: 'broken-json' as const, message: `bad ${ESC}[31m` }));
  const lines = summaryLines(summary({ problems }), [], layout);
  expect(lines.filter((line) => line.includes('broken-json'))).toHaveLength(20);
  expect(lines).toContain('Problems  23 rows could not be scored');
  expect(lines).toContain('          line 20 (broken-json): bad ␛[31m');
  expect(lines).toContain('          and 3 more');
});

test('the headline neutralises the name', () => {
  expect(fileLine(summary({ file: `a${ESC}b.jsonl`, problems: [{ line: 1, reason: 'empty', message: '' }] }))).toBe('a␛b.jsonl: 3 rows, 3 scored, 1 with problems');
});

test('a card that was taught says where, and that it may claim nothing where its folds show nothing', () => {
  const taught = { file: 'cars.jsonl', good: 50, bad: 30, finding: 'not beyond chance' as const, verdict: 'taught on 50 good and 30 bad rows, not shown to work' };
  const words = (finding: 'shown' | 'not beyond chance') => summaryLines(summary({ deciding: { probe: 'taught', measure: 'activation', taught: { ...taught, finding } } }), [], layout).join(' ').replace(/ +/g, ' ');
  expect(words('shown')).toContain('Card taught on 50 good and 30 bad rows, not shown to work (marks of cars.jsonl; what it reaches on other files is not known)');
  expect(words('shown')).toContain('none: a flag needs ordinary rows of your own');
  expect(words('not beyond chance')).toContain('Flagged none: the card may claim nothing');
});
