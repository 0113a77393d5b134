import type { SparseMeans } from '../types';
import { type GroupedRow, groupBy, questionKey } from './folds';

export interface LatentEffects {
  /** Number of latents considered: one more than the highest index seen. */
  latents: number;
  /** `[latents]`, -1..1: see latentEffects. */
  effect: Float64Array;
  /** `[latents]`, share of rows in which the latent is active, 0..1. */
  density: Float64Array;
}

/** Questions with both labels that a domain needs for its effect to be paired. */
const MIN_PAIRED = 4;

/**
 * How clearly each latent's mean is higher on bad rows, averaged over domains. Paired where a domain has at least four questions
 * with both labels: with d_q = mean(bad) - mean(good) of question q, effect = mean(d) / sqrt(mean(d^2)), which is the paired t
 * as t / sqrt(t^2 + n - 1), bounded so that no division by a small variance decides. Else the point-biserial correlation with the label.
 */
export function latentEffects(rows: readonly GroupedRow[], means: readonly SparseMeans[], among: readonly number[]): LatentEffects {
  const latents = among.reduce((most, row) => Math.max(most, 1 + (means[row]!.index.at(-1) ?? -1)), 0);
  const effect = new Float64Array(latents);
  const density = new Float64Array(latents);
  for (const row of among) for (const latent of means[row]!.index) density[latent]!++;
  for (let j = 0; j < latents; j++) density[j]! /= among.length;
  const domains = [...groupBy(among, (row) => rows[row]!.domain).values()].map((indices) => effectOf(indices, rows, means, latents)).filter((e) => e !== null);
  for (const domain of domains) for (let j = 0; j < latents; j++) effect[j]! += domain[j]! / domains.length;
  return { latents, effect, density };
}

function effectOf(indices: number[], rows: readonly GroupedRow[], means: readonly SparseMeans[], latents: number): Float64Array | null {
  const isBad = (row: number) => rows[row]!.label === 'bad';
  const questions = [...groupBy(indices, (row) => questionKey(rows[row]!)).values()].filter((q) => q.some(isBad) && !q.every(isBad));
  if (questions.length >= MIN_PAIRED) return pairedEffect(questions, isBad, means, latents);
  const bad = indices.filter(isBad).length;
  return bad === 0 || bad === indices.length ? null : unpairedEffect(indices, isBad, bad / indices.length, means, latents);
}

function pairedEffect(questions: number[][], isBad: (row: number) => boolean, means: readonly SparseMeans[], latents: number): Float64Array {
  const sum = new Float64Array(latents);
  const squares = new Float64Array(latents);
  const difference = new Float64Array(latents);
  for (const question of questions) {
    const touched = new Set<number>();
    const bad = question.filter(isBad).length;
    for (const row of question) {
      const share = isBad(row) ? 1 / bad : -1 / (question.length - bad);
      means[row]!.index.forEach((latent: number, at: number) => {
        difference[latent]! += share * means[row]!.value[at]!;
        touched.add(latent);
      });
    }
    for (const latent of touched) {
      sum[latent]! += difference[latent]!;
      squares[latent]! += difference[latent]! ** 2;
      difference[latent] = 0;
    }
  }
  return sum.map((total, j) => (squares[j]! > 0 ? total / Math.sqrt(squares[j]! * questions.length) : 0));
}

function unpairedEffect(indices: number[], isBad: (row: number) => boolean, share: number, means: readonly SparseMeans[], latents: number): Float64Array {
  const sum = new Float64Array(latents);
  const squares = new Float64Array(latents);
  const covariance = new Float64Array(latents);
  for (const row of indices) {
    const label = (isBad(row) ? 1 : 0) - share;
    means[row]!.index.forEach((latent: number, at: number) => {
      const value = means[row]!.value[at]!;
      sum[latent]! += value;
      squares[latent]! += value * value;
      covariance[latent]! += label * value;
    });
  }
  const n = indices.length;
  return covariance.map((c, j) => {
    const variance = squares[j]! / n - (sum[j]! / n) ** 2;
    return variance > 1e-12 * (squares[j]! / n) ? c / n / Math.sqrt(variance * share * (1 - share)) : 0;
  });
}
