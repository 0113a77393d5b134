import { describe, expect, it } from 'vitest';
import { auroc, loadText, scoreText, seeded, textHeldOut, type TextRow, trainText, unpack } from '../../../src/core/probe';
import { countFeatures } from '../../../src/core/probe/textFeatures';

const WORD_CAT = 61180;
const RUN_CAT = 38088;

const bucketsOf = (text: string) => new Map([...countFeatures(text).bucket].map((bucket, i) => [bucket, countFeatures(text).times[i]!]));
const rowsOf = (texts: string[]): TextRow[] => texts.map((text, i) => ({ text, label: i % 2 === 0 ? 'bad' : 'good', domain: 'a', question: `${Math.floor(i / 2)}` }));

describe('countFeatures', () => {
  it('hashes words, pairs of words and character runs (FNV-1a computed with Python over UTF-16-LE)', () => {
    const buckets = bucketsOf('the cat');
    // 'wcat', 'bthe cat' and 'c' + each of ' ca', ' cat', ' cat ', 'cat', 'cat ', 'at '
    for (const bucket of [WORD_CAT, 24600, 50956, 56, 31192, RUN_CAT, 41768, 42827]) expect(buckets.get(bucket)).toBe(1);
    expect([...buckets.values()].reduce((sum, n) => sum + n, 0)).toBe(2 + 1 + 12);
  });

  it('counts repeats, and does not see case, composition or the width of spaces', () => {
    expect(bucketsOf('cat cat cat').get(WORD_CAT)).toBe(3);
    expect(bucketsOf('The  CAF\u00c9\n')).toEqual(bucketsOf('the cafe\u0301'));
    expect(bucketsOf('')).toEqual(new Map());
    expect(bucketsOf('a b')).not.toEqual(bucketsOf('b a'));
  });
});

describe('trainText', () => {
  const texts = ['you should burn it all down', 'please plant a tree today', 'burn the tree down today', 'please be kind to all of it', 'burn burn burn', 'kind words, kind deeds'];

  it('equals scikit-learn 1.9 (CountVectorizer words 1-2 and char_wb 3-5, sublinear tf, smooth idf, Ridge alpha = 1/n) but for hashing and halves', () => {
    const model = loadText(trainText(rowsOf(texts)));
    expect(scoreText(model, 'burn it down')).toBeCloseTo(0.5900250978127117, 2);
    expect(scoreText(model, 'a kind tree')).toBeCloseTo(-0.3545796907291594, 2);
  });

  it('reads a text of unknown words by its bias alone', () => {
    const data = trainText(rowsOf(texts));
    expect(scoreText(loadText(data), 'zzz')).toBe(data.bias);
    expect(unpack(data.idf).filter((v) => v > 0).length).toBeLessThan(400);
  });

  it('predicts the mean label on average, also where labels are uneven', () => {
    const rows = rowsOf(texts).filter((_, i) => i !== 5);
    const model = loadText(trainText(rows));
    const mean = rows.reduce((sum, row) => sum + scoreText(model, row.text), 0) / rows.length;
    expect(mean).toBeCloseTo(1 / 5, 3);
  });
});

describe('textHeldOut', { timeout: 60_000 }, () => {
  it('carries words over to other domains and finds nothing in noise', () => {
    const random = seeded(1, 'texts');
    const rows = (planted: boolean): TextRow[] =>
      Array.from({ length: 240 }, (_, i) => {
        const noise = Array.from({ length: 8 }, () => `word${random.below(60)}`).join(' ');
        return { text: planted && i % 2 === 0 ? `${noise} wicked` : noise, label: i % 2 === 0 ? 'bad' : 'good', domain: `d${i % 3}`, question: `${i}` };
      });
    const areaOf = (table: TextRow[]) => auroc(textHeldOut(table, 1), table.map((row) => (row.label === 'bad' ? 1 : 0)));
    expect(areaOf(rows(true))).toBeGreaterThan(0.95);
    expect(Math.abs(areaOf(rows(false)) - 0.5)).toBeLessThan(0.12);
  });
});
