import { describe, expect, it } from 'vitest';
import { auroc, seeded } from '../../../src/core/probe';
import { prepareFeatures, teach, teachReport } from '../../../src/core/teach';
import type { LabelledHash } from '../../../src/core/types';
import { hashOf, labelOf, marksOn, plantedFeatures, plantedRows, range } from './synthetic';

const bad = (indices: number[]) => indices.map((index) => (labelOf(index) === 'bad' ? 1 : 0));

describe('teach', () => {
  it('recovers a planted direction on rows that were not marked, and says what held-out marks reach', async () => {
    const features = await plantedFeatures();
    const { rows, figures, finding, missing, marks } = teach(features, marksOn(range(0, 40)));
    expect([missing, marks]).toEqual([{ good: 0, bad: 0 }, { good: 20, bad: 20, elsewhere: 0 }]);
    expect(auroc(rows.slice(40).map(({ value }) => value), bad(range(40, 200)))).toBeGreaterThan(0.9);
    expect(figures!.auroc.value).toBeGreaterThan(0.8);
    expect(figures!.tfidf.value).toBeLessThan(0.75);
    expect([finding, figures!.groupedBy, figures!.groups]).toEqual(['shown', 'question', 40]);
    expect([...rows].sort((a, b) => a.rank - b.rank).map(({ value }) => value)).toEqual(rows.map(({ value }) => value).sort((a, b) => b - a));
  });

  it('claims nothing where labels are noise', async () => {
    const features = await plantedFeatures({ shift: 0 });
    const random = seeded('noise', 'labels');
    const findings = range(0, 12).map((round) => {
      const marks = random.shuffle(range(0, 200)).slice(0, 30).map((index, i): LabelledHash => ({ hash: hashOf(index), label: i % 2 === 0 ? 'good' : 'bad' }));
      const { finding, verdictText, level } = teach(features, marks);
      if (finding !== 'shown') expect([level, verdictText.includes('not shown')], String(round)).toEqual(['ranked', true]);
      return finding;
    });
    expect(findings.filter((finding) => finding === 'shown').length).toBeLessThanOrEqual(1);
  });

  it('refuses where TF-IDF on the same marks does better', async () => {
    const rows = plantedRows({ shift: 1 }).map((row) => ({ ...row, main: { ...row.main, response: `${row.main.response} ${labelOf(row.index) === 'bad' ? 'burn it' : 'keep it'}` } }));
    const { finding, verdictText } = teach(await prepareFeatures(rows.map((row) => ({ ...row, main: { ...row.main, activation: Float32Array.from(row.main.activation, (v, i) => (i === 0 ? 0 : v)) } }))), marksOn(range(0, 20)));
    if (finding !== 'shown') expect(verdictText).toContain('TF-IDF taught on the same marks reaches');
    expect(['no better than TF-IDF', 'shown']).toContain(finding);
  });

  it('says how many marks of which kind are missing, and what to mark first', async () => {
    const { missing, verdictText, rows, next, finding } = teach(await plantedFeatures(), [...marksOn([1, 3]), ...marksOn([0])]);
    expect(missing).toEqual({ good: 4, bad: 3 });
    expect(verdictText).toBe('4 more good and 3 more bad marks are needed before a probe can be taught (at least 5 of each)');
    expect([rows, finding]).toEqual([[], null]);
    expect(next).toHaveLength(10);
    expect(next.every(({ index }) => ![0, 1, 3].includes(index))).toBe(true);
  });

  it('tells marks whose rows are not in the file', async () => {
    const { marks, notes } = teach(await plantedFeatures(), [...marksOn(range(0, 20)), { hash: hashOf(9999), label: 'bad' }]);
    expect(marks).toEqual({ good: 10, bad: 10, elsewhere: 1 });
    expect(notes.join()).toContain('1 mark is on rows that are not in this file');
  });

  it('cannot test marks of a kind that answer one question', async () => {
    const rows = plantedRows({ rows: 60 }).map((row) => ({ ...row, question: labelOf(row.index) === 'bad' ? 'the same' : row.question }));
    const { finding, figures } = teach(await prepareFeatures(rows), marksOn(range(0, 20)));
    expect([finding, figures]).toEqual(['cannot be held out', null]);
  });

  it('uses push where every row has it, and says so where not', async () => {
    expect(teach(await plantedFeatures({ push: true }), []).kernels).toEqual(['activation', 'push', 'text']);
    const rows = plantedRows({ push: true });
    rows[7]!.main.push = null;
    const { kernels, notes } = teach(await prepareFeatures(rows), []);
    expect(kernels).toEqual(['activation', 'text']);
    expect(notes.join()).toContain('1 of 200 rows have no push vectors');
  });

  it('gives the same numbers for the same marks', async () => {
    const run = async () => teach(await plantedFeatures(), marksOn(range(0, 30)));
    const [a, b] = [await run(), await run()];
    expect(a.figures).toEqual(b.figures);
    expect(a.rows).toEqual(b.rows);
  });
});

describe('calibration on held-out marks', () => {
  it('flags few ordinary rows and many bad ones, with p in steps of 1 / (n + 1)', async () => {
    const features = await plantedFeatures({ rows: 800, shift: 6 });
    const { rows, level, chance, flagged, finding } = teach(features, marksOn(range(0, 160)));
    expect([finding, level]).toEqual(['shown', 'taught']);
    expect(chance).toMatchObject({ n: 80, k: 4, m: 640, alpha: 0.05 });
    const others = rows.slice(160);
    for (const { p } of others) expect(p! * 81).toBeCloseTo(Math.round(p! * 81), 9);
    const good = others.filter(({ index }) => labelOf(index) === 'good');
    const share = good.filter((row) => row.flagged).length / good.length;
    expect(share).toBeLessThan(0.12);
    expect(others.filter((row) => row.flagged && labelOf(row.index) === 'bad').length / 320).toBeGreaterThan(0.8);
    expect(flagged).toBe(rows.filter((row) => row.flagged).length);
    for (const row of rows.slice(0, 160)) expect([row.p, row.flagged]).toEqual([null, false]);
  });

  it('with fewer than forty good marks only ranks, and says how many are missing', async () => {
    const { level, chance, rows, verdictText } = teach(await plantedFeatures({ shift: 6 }), marksOn(range(0, 70)));
    expect([level, chance, rows.some(({ p }) => p !== null)]).toEqual(['ranked', null, false]);
    expect(verdictText).toContain('35 rows marked good, 5 more are needed');
  });
});

describe('rows to mark next', () => {
  it('are uncertain and high ones, of different questions, none that was marked', async () => {
    const features = await plantedFeatures({ perQuestion: 2 });
    const { next, rows } = teach(features, marksOn(range(0, 40)));
    expect(next).toHaveLength(10);
    const questions = next.map(({ index }) => Math.floor(index / 2));
    expect(new Set(questions).size).toBe(10);
    expect(questions.every((question) => question >= 20)).toBe(true);
    expect(next.filter(({ reason }) => reason === 'high')).toHaveLength(5);
    const highest = rows.filter(({ mark }) => mark === null).sort((a, b) => a.rank - b.rank)[0]!;
    expect(next[0]).toMatchObject({ index: highest.index, reason: 'high' });
  });
});

describe('teachReport', () => {
  it('reads other questions than the marked ones only', async () => {
    const features = await plantedFeatures({ perQuestion: 2, rows: 120 });
    const { rows, notes } = teachReport(features, marksOn(range(0, 120)), [10, 20, 118]);
    expect(rows.map(({ marks }) => marks)).toEqual([10, 20]);
    // Half the marks good, half bad: questions of both are left out whole.
    for (const { marks, groups } of rows) expect(groups[0]!.bad + groups[0]!.good).toBeLessThanOrEqual(120 - marks);
    expect(rows[1]!.groups[0]!.taught.value).toBeGreaterThan(rows[1]!.groups[0]!.tfidf.value);
    expect(notes[0]).toContain('118 marks');
  });
});
