import { describe, expect, it } from 'vitest';
import { parseCard, readyProbe, scoreNulls, scoreRecord, unprovenWords } from '../../../src/core/probe';
import { prepareFeatures, taughtCard, teach, type TeachRecord, type TeachRow } from '../../../src/core/teach';
import { recordVectors } from '../probe/synthetic';
import { marksOn, plantedRows, range } from './synthetic';

const hook = 'blocks.3.hook_resid_post';
const vectorsOf = ({ activation, push }: TeachRecord) => recordVectors({ activation: { [hook]: activation }, ...(push ? { push: { [hook]: push } } : {}) });

async function made(push: boolean, change: Partial<TeachRow> = {}, shift = 3) {
  const rows = plantedRows({ rows: 80, push, shift }).map((row) => ({ ...row, ...change }));
  const pairs = rows.slice(60).map((row, i) => ({ ...row, rejected: rows[i]!.main }));
  const features = await prepareFeatures([...rows.slice(0, 60), ...pairs]);
  const teaching = teach(features, marksOn(range(0, 30)));
  const card = taughtCard(features, teaching, teaching.taught!, {
    file: 'train.jsonl',
    fileSha256: 'c'.repeat(64),
    model: { name: 'toy', sha256: 'a'.repeat(64) },
    hookPoint: hook,
    made: '2026-01-02T03:04:05.000Z',
    software: 'test',
  });
  return { features, teaching, card, text: JSON.stringify(card) };
}

describe('a taught card', () => {
  it.each([false, true])('scores rows as teaching did, single and pairs (push: %s)', async (push) => {
    const { features, teaching, text } = await made(push);
    const ready = readyProbe(parseCard(text, 'mine.persona.json').probes[0]!);
    for (const { index, value } of teaching.rows) {
      const { main, rejected } = features.rows[index]!;
      const score = scoreRecord(ready, vectorsOf(main), main.response) - (rejected ? scoreRecord(ready, vectorsOf(rejected), rejected.response) : 0);
      expect(score, String(index)).toBeCloseTo(value, 5);
    }
  });

  it('says where it was taught, what its folds showed and what else reaches as much', async () => {
    const { card, teaching } = await made(false);
    const probe = card.probes[0]!;
    expect(probe.kind === 'taught' && probe.taught).toMatchObject({ file: 'train.jsonl', good: 15, bad: 15, finding: teaching.finding });
    expect(card.provenance.data).toEqual([{ path: 'train.jsonl', sha256: 'c'.repeat(64), rows: 30 }]);
    expect(card.provenance.made).toBe('2026-01-02T03:04:05.000Z');
    expect(probe.evidence.rows[0]).toMatchObject({ auroc: teaching.figures!.auroc, tfidf: teaching.figures!.tfidf, loss: teaching.figures!.loss!, length: teaching.figures!.length });
    expect(card.description).toContain('taught on 15 good and 15 bad rows: held-out AUROC');
    expect(card.validatedOn).toEqual(['held-out marks of train.jsonl']);
    // What was flagged in the file it was taught on is no property of the card.
    expect(teaching.verdictText).toContain('more are needed');
    expect(JSON.stringify(card)).not.toContain('more are needed');
  });

  it('was validated on nothing where its folds show nothing', async () => {
    const { card, teaching } = await made(false, {}, 0);
    expect(teaching.finding).toBe('not beyond chance');
    expect(card.validatedOn).toEqual([]);
    expect(unprovenWords(card.probes[0]!)).toMatch(/not shown to work/);
  });

  it('has no figure for losses that were not known', async () => {
    const { text } = await made(false, { loss: null });
    expect(parseCard(text, 'x').probes[0]!.evidence.rows[0]).toMatchObject({ loss: null, residualised: null });
  });

  it('carries null probes that are other probes', async () => {
    const { features, text } = await made(false);
    const ready = readyProbe(parseCard(text, 'x').probes[0]!);
    const { main } = features.rows[1]!;
    const nulls = scoreNulls(ready, [vectorsOf(main)], [main.response]);
    expect(nulls).toHaveLength(50);
    expect(new Set([...nulls].map((value) => value.toFixed(6))).size).toBeGreaterThan(40);
  });

  it('is refused when a part is broken', async () => {
    const { card } = await made(false);
    const broken = structuredClone(card);
    const probe = broken.probes[0]!;
    if (probe.kind === 'taught') probe.parts[1]!.nulls.shape = [1, 2];
    expect(() => parseCard(JSON.stringify(broken), 'x')).toThrow(/probe "taught": text: nulls has the shape/);
  });
});
