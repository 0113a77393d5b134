import { describe, expect, it } from 'vitest';
import { auroc, dot, norm, ProbeTrainer, seeded, TrainError, trainedHeldOut, type TrainingInput, trainProbe, type TrainRow } from '../../../src/core/probe';
import { HOOK, plantedRows } from './synthetic';

/** The best possible AUROC is Phi(shift / 2): .933 for 3. */
const trainRows = (options: Parameters<typeof plantedRows>[0]): TrainRow[] =>
  plantedRows({ shift: 3, ...options }).map((row) => ({ label: row.label, domain: row.domain, question: row.question, vector: row.vectors.activation[HOOK]! }));
const badOf = (rows: readonly TrainRow[]) => rows.map((row) => (row.label === 'bad' ? 1 : 0));
const trainerOf = (rows: readonly TrainRow[], nulls = 20) => new ProbeTrainer(rows, [{ input: 'response', vectors: rows.map((row) => row.vector) }], { seed: 1, nulls });

describe('trainProbe', { timeout: 60_000 }, () => {
  const rows = trainRows({});
  const probe = trainProbe(rows, { seed: 1, nulls: 40 });

  it('finds the planted direction', () => {
    const form = probe.weights.map((w, i) => w / probe.scale[i]!);
    expect(form[0]! / norm(form)).toBeGreaterThan(0.7);
    expect(probe.choice.auroc).toBeGreaterThan(0.8);
    expect(probe.bias).toBeCloseTo(0, 12);
  });

  it('keeps permuted-label nulls of unit norm that point nowhere near it', () => {
    const d = probe.mean.length;
    expect(probe.nulls).toHaveLength(40 * d);
    const along = Array.from({ length: 40 }, (_, j) => {
      const weights = probe.nulls.subarray(j * d, (j + 1) * d);
      expect(norm(weights)).toBeCloseTo(1, 12);
      return dot(weights, probe.weights) / norm(probe.weights);
    });
    expect(Math.abs(along.reduce((sum, v) => sum + v, 0) / 40)).toBeLessThan(0.15);
    expect(Math.max(...along.map(Math.abs))).toBeLessThan(0.8);
  });

  it('is the same for the same seed and other for another', () => {
    expect(trainProbe(rows, { seed: 1, nulls: 40 })).toEqual(probe);
    expect(trainProbe(rows, { seed: 2, nulls: 40 }).nulls).not.toEqual(probe.nulls);
  });

  it('does not depend on the length of the vectors', () => {
    const scaled = rows.map((row, i) => ({ ...row, vector: Array.from(row.vector, (v) => v * (1 + (i % 7))) }));
    trainProbe(scaled, { seed: 1, nulls: 1 }).weights.forEach((w, i) => expect(w).toBeCloseTo(probe.weights[i]!, 6));
  });

  it('cross-validates a single domain by question, and takes lambda 10 where nothing can be held out', () => {
    expect(trainProbe(trainRows({ domains: 1 }), { seed: 1, nulls: 1 }).choice.auroc).toBeGreaterThan(0.8);
    const one = ['good', 'good', 'bad', 'bad'].map((label, i) => ({ label, domain: 'a', question: 'one', vector: [i, 1, i * i] })) as TrainRow[];
    expect(trainProbe(one, { seed: 1, nulls: 1 }).choice).toEqual({ input: 'response', lambda: 10, auroc: null });
  });

  it('asks for more rows where a label is missing', () => {
    expect(() => trainProbe(rows.filter((row) => row.label === 'good'), { seed: 1 })).toThrow(TrainError);
    expect(() => trainProbe(rows.slice(0, 2), { seed: 1 })).toThrow(/at least 2 good and 2 bad rows, and there is 1 good/);
  });
});

describe('trainedHeldOut', { timeout: 60_000 }, () => {
  it('ranks rows of domains it has not seen, and its nulls do not', () => {
    const rows = trainRows({ domains: 4 });
    const { scores, nulls, notes } = trainedHeldOut(trainerOf(rows, 60));
    expect(auroc(scores, badOf(rows))).toBeGreaterThan(0.85);
    const mean = nulls.reduce((sum, scoresOfNull) => sum + auroc(scoresOfNull, badOf(rows)), 0) / nulls.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.06);
    expect(notes).toHaveLength(4);
  });

  it('finds nothing where nothing is planted', () => {
    const rows = trainRows({ domains: 4, pairs: 60, shift: 0 });
    const trainer = trainerOf(rows);
    expect(Math.abs(auroc(trainedHeldOut(trainer).scores, badOf(rows)) - 0.5)).toBeLessThan(0.08);
    expect(Math.abs(trainer.choose(trainer.blocks).auroc! - 0.5)).toBeLessThan(0.08);
  });

  it('lets nothing of a held-out domain into its own scores: neither vectors nor labels of its other rows', () => {
    const rows = trainRows({ domains: 4 });
    const spoiled = rows.map((row, i): TrainRow => {
      if (row.domain !== 'domain 2' || i % 2 === 0) return row;
      return { ...row, label: row.label === 'bad' ? 'good' : 'bad', vector: Float32Array.from(row.vector, (v, k) => (k === 4 ? v + 30 : -v)) };
    });
    const before = trainedHeldOut(trainerOf(rows));
    const after = trainedHeldOut(trainerOf(spoiled));
    const untouched = [...rows.keys()].filter((i) => rows[i]!.domain === 'domain 2' && i % 2 === 0);
    for (const i of untouched) expect(after.scores[i]).toBeCloseTo(before.scores[i]!, 9);
    expect(after.notes[2]).toBe(before.notes[2]);
    const elsewhere = [...rows.keys()].filter((i) => rows[i]!.domain === 'domain 0');
    expect(elsewhere.some((i) => Math.abs(after.scores[i]! - before.scores[i]!) > 1e-3)).toBe(true);
  });

  it('chooses the input without the held-out domain, even where that domain would turn the choice', () => {
    // "response" tells in domains 0, 1 and 3, "last" in 1, 2 and 3 and there perfectly: with domain 2 the last wins on average, without it the response.
    const random = seeded(5, 'two inputs');
    const rows = [0, 1, 2, 3].flatMap((g) => Array.from({ length: 80 }, (_, i) => ({ g, label: i % 2 === 0 ? ('bad' as const) : ('good' as const), domain: `domain ${g}`, question: `${i >> 1}` })));
    const vector = (shift: number) => [shift + random.normal(), random.normal(), random.normal(), 30];
    const inputs: TrainingInput[] = [
      { input: 'response', vectors: rows.map((row) => vector(row.label === 'bad' && row.g !== 2 ? 1.7 : 0)) },
      { input: 'last', vectors: rows.map((row) => vector(row.label === 'bad' && row.g !== 0 ? 20 : 0)) },
    ];
    const trainer = new ProbeTrainer(rows, inputs, { seed: 1, nulls: 2 });
    expect(trainer.choose(trainer.blocks).input).toBe('last');
    const { notes } = trainedHeldOut(trainer);
    expect(notes[2]).toMatch(/^held out domain 2: response, lambda (1|3|10|30|100) x the mean eigenvalue$/);
    expect(notes[0]).toMatch(/^held out domain 0: last/);
  });
});
