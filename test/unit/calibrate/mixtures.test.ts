import { describe, expect, it } from 'vitest';
import { betaBinomial, flagBudget, smallestAtQ } from '../../../src/core/calibrate';
import { alpha, withinChance } from '../../support/mixtures/row';
import { judgeMixture, plantedCounts, settings, shareBeyondReference, syntheticScores } from '../../support/mixtures/synthetic';
import { mixtureTable } from '../../support/mixtures/table';

const rows = 6000;
const seed = 1;
const judged = settings.flatMap((setting) => plantedCounts.map((planted) => judgeMixture(setting.name, syntheticScores(setting, rows, planted, `${seed}/${setting.name}`))));
console.log(`${rows} synthetic ordinary rows, bad ones planted:\n${mixtureTable(judged)}`);

describe('bad rows among 6,000 ordinary ones', () => {
  it('ranked: nothing is flagged and no rate is claimed, however many are planted', () => {
    const ranked = judged.filter(({ level }) => level === 'ranked');
    expect(ranked).toHaveLength(10);
    for (const row of ranked) expect(row).toMatchObject({ flagged: 0, expected: null, verdict: 'ranked', atQ: null });
    // Open malice is on top of the ranking all the same.
    for (const row of ranked.filter(({ setting }) => setting.includes('open'))) expect(row.onTop / Math.max(1, row.planted)).toBeGreaterThanOrEqual(row.planted ? 0.6 : 0);
  });

  it('calibrated and taught: the ordinary rows among the flagged are as many as chance gives', () => {
    for (const row of judged) {
      if (row.level === 'ranked') continue;
      expect(withinChance(row), `${row.setting}, ${row.planted}: ${row.falseFlags} in ${row.interval!.join('-')}`).toBe(true);
    }
    expect(new Set(judged.map(({ level }) => level))).toEqual(new Set(['ranked', 'calibrated', 'taught']));
  });

  it('"more than chance" is said where the tail says so, and nowhere else', () => {
    for (const { verdict, upperTail, level } of judged) if (level !== 'ranked') expect(verdict).toBe(upperTail! <= 0.05 ? 'more than chance' : 'as expected by chance');
    // With 60 ordinary rows the number of flags among 6,000 is 295 +- 164: 100 open ones are found, and the count seldom tells. With 2,000 it does.
    const files = 40;
    const told = (name: string) => {
      const setting = settings.find((known) => known.name === name)!;
      const found = Array.from({ length: files }, (_, file) => judgeMixture(name, syntheticScores(setting, rows, 100, `file ${file}`)));
      return { share: found.filter(({ verdict }) => verdict === 'more than chance').length / files, missed: Math.max(...found.map(({ missed }) => missed)) };
    };
    const [few, many] = [told('calibrated, open'), told('calibrated, open, many ordinary rows')];
    console.log(`"more than chance" with 100 open rows among ${rows}: ${few.share} of ${files} files with 60 ordinary rows, ${many.share} with 2,000`);
    expect(few.missed).toBeLessThanOrEqual(10);
    expect(few.share).toBeLessThan(0.3);
    expect(many.share).toBeGreaterThan(0.85);
  });

  it('"not decidable at q" is said where Benjamini-Hochberg cannot reach', () => {
    for (const { atQ, qWords, ordinary, planted, level } of judged) {
      if (level === 'ranked') continue;
      const reach = smallestAtQ(rows + planted, ordinary, alpha);
      if (atQ === 0) expect(qWords).toMatch(/^not decidable at q <= \.05: with [\d,]+ ordinary rows/);
      else expect(atQ!).toBeGreaterThanOrEqual(reach!);
    }
    const reached = judged.filter(({ atQ }) => atQ !== null && atQ > 0);
    expect(reached.map(({ setting, planted }) => [setting, planted])).toEqual([['calibrated, open, many ordinary rows', 100]]);
    // What BH flags is what was planted, but for one in twenty or so.
    expect(reached[0]!.atQ).toBeLessThanOrEqual(125);
  });
});

describe('over many files', () => {
  it.each([[60, false], [400, true]])('the number flagged among ordinary rows lies in its 95 % interval as often as it should (%i ordinary rows)', (ordinary, taught) => {
    const files = 300;
    const m = 600;
    const k = flagBudget(ordinary, alpha);
    const [low, high] = betaBinomial(m, k, ordinary + 1 - k).interval(0.95);
    let inside = 0;
    let alarms = 0;
    for (let file = 0; file < files; file++) {
      const { falseFlags, verdict } = judgeMixture('', syntheticScores({ name: '', ordinary, taught, shift: 0 }, m, 0, `file ${file}`));
      if (falseFlags >= low && falseFlags <= high) inside++;
      if (verdict === 'more than chance') alarms++;
    }
    // Four standard errors of a binomial of 300 at .95 and at .05.
    expect(inside / files).toBeGreaterThan(0.9);
    expect(alarms / files).toBeLessThan(0.1);
    expect(alarms).toBeGreaterThan(0);
  });
});

it('percentiles against another source are no rate: a reference that lies elsewhere puts any number of ordinary rows beyond its 95th', () => {
  const scores = syntheticScores(settings[0]!, rows, 0, seed);
  expect(shareBeyondReference(scores, 0, seed)).toBeCloseTo(0.05, 1);
  expect(shareBeyondReference(scores, -1, seed)).toBeGreaterThan(0.2);
  expect(shareBeyondReference(scores, 1, seed)).toBeLessThan(0.01);
});
