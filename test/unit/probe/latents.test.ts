import { describe, expect, it } from 'vitest';
import { auroc, type GroupedRow, latentEffects, latentHeldOut, sameDensityLatents, topLatents } from '../../../src/core/probe';
import type { SparseMeans } from '../../../src/core/types';
import { HOOK, plantedRows } from './synthetic';

const sparse = (values: number[]): SparseMeans => {
  const index = values.map((value, i) => (value === 0 ? -1 : i)).filter((i) => i >= 0);
  return { index: Uint16Array.from(index), value: Float32Array.from(index, (i) => values[i]!) };
};
const row = (label: 'good' | 'bad', question: string, domain = 'a'): GroupedRow => ({ label, domain, question });

describe('latentEffects', () => {
  it('is the paired t on a scale of -1 to 1 (t from scipy 1.17 ttest_1samp)', () => {
    const differences = [1, 2, 0, 3, 1];
    const rows = differences.flatMap((_, q) => [row('good', `${q}`), row('bad', `${q}`)]);
    const means = differences.flatMap((d) => [sparse([1, 5, 0]), sparse([1 + d, 5 - d, 0])]);
    const { effect, density, latents } = latentEffects(rows, means, [...rows.keys()]);
    const t = 2.745625891934576;
    expect(effect[0]).toBeCloseTo(t / Math.sqrt(t * t + 4), 10);
    expect(effect[0]).toBeCloseTo(0.808290376865476, 10);
    expect(effect[1]).toBeCloseTo(-0.808290376865476, 10);
    expect([latents, ...density]).toEqual([2, 1, 1]);
  });

  it('is the point-biserial correlation where rows are not paired (scipy 1.17 pointbiserialr)', () => {
    const labels = [1, 1, 0, 0, 1, 0];
    const rows = labels.map((bad, i) => row(bad ? 'bad' : 'good', `${i}`));
    const means = [3, 1, 0, 1, 2, 0].map((value) => sparse([0, value, 7]));
    const { effect, density } = latentEffects(rows, means, [...rows.keys()]);
    expect(effect[1]).toBeCloseTo(0.7808688094430304, 10);
    expect(effect[0]).toBe(0);
    expect(effect[2]).toBe(0);
    expect([...density]).toEqual([0, 4 / 6, 1]);
  });

  it('averages over domains and reads only the rows it is given', () => {
    const rows = ['a', 'b'].flatMap((domain) => [0, 1, 2, 3].flatMap((q) => [row('good', `${q}`, domain), row('bad', `${q}`, domain)]));
    const means = rows.map((r) => sparse([r.label === 'bad' && r.domain === 'a' ? 1 : 0.5]));
    expect(latentEffects(rows, means, [...rows.keys()]).effect[0]).toBeCloseTo(0.5, 12);
    expect(latentEffects(rows, means, [0, 1, 2, 3, 4, 5, 6, 7]).effect[0]).toBeCloseTo(1, 12);
  });
});

describe('topLatents', () => {
  it('gives the clearest risers and fallers, rare latents left out', () => {
    const effects = { latents: 6, effect: Float64Array.of(0.2, -0.9, 0.7, 0.99, -0.1, 0.7), density: Float64Array.of(0.5, 0.5, 0.5, 0.001, 0.5, 0.5) };
    const { risers, fallers } = topLatents(effects, 1000, 3);
    expect(risers.map((l) => [l.latent, l.sign])).toEqual([[2, 1], [5, 1], [0, 1]]);
    expect(fallers.map((l) => l.latent)).toEqual([1, 4]);
    expect(topLatents(effects, 1000, 1).fallers).toEqual([{ latent: 1, sign: -1, effect: -0.9, density: 0.5 }]);
  });
});

describe('sameDensityLatents', () => {
  const density = Float64Array.from({ length: 100 }, (_, j) => (j === 99 ? 0 : (j + 1) / 100));

  it('takes latents of nearly the same density, never the excluded nor silent ones', () => {
    const like = sameDensityLatents(density, 39, new Set([40, 41]), 15, 1);
    expect(like).toHaveLength(15);
    for (const latent of like) {
      expect(density[latent]).toBeGreaterThanOrEqual(0.4 / 1.5);
      expect(density[latent]).toBeLessThanOrEqual(0.4 * 1.5);
      expect([39, 40, 41]).not.toContain(latent);
    }
    expect(sameDensityLatents(density, 39, new Set(), 15, 1)).toEqual(sameDensityLatents(density, 39, new Set(), 15, 1));
    expect(sameDensityLatents(density, 39, new Set(), 15, 2)).not.toEqual(sameDensityLatents(density, 39, new Set(), 15, 1));
  });

  it('widens where there are too few, to all that fire', () => {
    const all = sameDensityLatents(density, 0, new Set(), 1000, 1);
    expect(all).toHaveLength(98);
    expect(all).not.toContain(99);
  });
});

describe('latentHeldOut', { timeout: 60_000 }, () => {
  const rows = plantedRows({ domains: 4, pairs: 60 });
  const means = rows.map((r) => r.vectors.latents[HOOK]!);
  const bad = rows.map((r) => (r.label === 'bad' ? 1 : 0));

  it('chooses the planted latents on the other domains, each with its sign', () => {
    const riser = latentHeldOut(rows, means, { sign: 1, place: 0 }, 20, 1);
    const faller = latentHeldOut(rows, means, { sign: -1, place: 0 }, 20, 1);
    expect(riser.notes).toEqual([0, 1, 2, 3].map((g) => `held out domain ${g}: latent 5`));
    expect(faller.notes).toEqual([0, 1, 2, 3].map((g) => `held out domain ${g}: latent 9`));
    // Half of the rows do not fire at all, so little is to be had.
    expect(auroc(riser.scores, bad)).toBeGreaterThan(0.54);
    expect(auroc(faller.scores, bad)).toBeGreaterThan(0.54);
    const mean = riser.nulls.reduce((sum, scores) => sum + auroc(scores, bad), 0) / riser.nulls.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.03);
  });

  it('chooses without the held-out domain, even where that domain would turn the choice', () => {
    const only = sparse([...Array.from({ length: 30 }, () => 0), 100]);
    const turned = means.map((own, i) => (rows[i]!.domain !== 'domain 2' ? own : rows[i]!.label === 'bad' ? only : sparse([0, 0, 0, 0, 0, 50])));
    expect(topLatents(latentEffects(rows, turned, [...rows.keys()]), rows.length, 1).risers[0]!.latent).toBe(30);
    expect(latentHeldOut(rows, turned, { sign: 1, place: 0 }, 5, 1).notes[2]).toBe('held out domain 2: latent 5');
  });
});
