import type { Estimate } from '../types';
import { ascendingOrder, auroc, tieEnd } from './auroc';
import { seeded } from './random';

/** Rows that are ranked among themselves: a domain. */
export interface RankedPart {
  scores: ArrayLike<number>;
  /** 1 for bad rows. */
  bad: ArrayLike<number>;
  /** What is drawn together: a row's question. */
  group: ArrayLike<string>;
}

export interface BootstrapOptions {
  seed: number | string;
  resamples?: number;
}

/**
 * AUROC averaged over the parts with equal weight, with a 95 % percentile interval from drawing questions (all rows of a
 * question together) with replacement within each part. Parts without both labels are left out; null when none is left.
 * With a single question in every part nothing can be said, and the interval is 0 to 1.
 */
export function bootstrapAuroc(parts: readonly RankedPart[], { seed, resamples = 1000 }: BootstrapOptions): Estimate | null {
  const usable = parts.filter((part) => !Number.isNaN(auroc(part.scores, part.bad)));
  if (usable.length === 0) return null;
  const value = mean(usable.map((part) => auroc(part.scores, part.bad)));
  const draws = usable.map((part, i) => resampler(part, seed, i));
  if (draws.every((draw) => draw.groups < 2)) return { value, low: 0, high: 1 };
  const means = new Float64Array(resamples);
  for (let b = 0; b < resamples; b++) means[b] = mean(draws.map((draw) => draw.next()));
  const [low, high] = middle95(means);
  return { value, low: Math.min(low, value), high: Math.max(high, value) };
}

/** AUROCs of one part under questions drawn with replacement, `[resamples]`. */
export function resampledAurocs(part: RankedPart, { seed, resamples = 1000 }: BootstrapOptions): Float64Array {
  const draw = resampler(part, seed, 0);
  return Float64Array.from({ length: resamples }, () => draw.next());
}

/** The order statistics that hold the middle 95 % of the values, taken outward where they fall between two. */
export function middle95(values: Float64Array): [number, number] {
  const sorted = values.slice().sort();
  const last = sorted.length - 1;
  return [sorted[Math.floor(0.025 * last)]!, sorted[Math.ceil(0.975 * last)]!];
}

function mean(values: number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}

/** Draws as many questions as there are; a draw that misses a label is drawn again. */
function resampler(part: RankedPart, seed: number | string, index: number): { groups: number; next(): number } {
  const random = seeded(seed, `bootstrap ${index}`);
  const ids = new Map<string, number>();
  const groupOf = Uint32Array.from({ length: part.scores.length }, (_, i) => {
    const name = part.group[i]!;
    if (!ids.has(name)) ids.set(name, ids.size);
    return ids.get(name)!;
  });
  const groups = ids.size;
  const order = ascendingOrder(part.scores);
  const times = new Uint32Array(groups);
  const next = () => {
    for (;;) {
      times.fill(0);
      for (let g = 0; g < groups; g++) times[random.below(groups)]!++;
      const area = weightedAuroc(part, order, groupOf, times);
      if (!Number.isNaN(area)) return area;
    }
  };
  return { groups, next };
}

/** AUROC where each row counts as often as its question was drawn. */
function weightedAuroc({ scores, bad }: RankedPart, order: Uint32Array, groupOf: Uint32Array, times: Uint32Array): number {
  let [goodBelow, positives, area] = [0, 0, 0];
  for (let start = 0; start < order.length; ) {
    const end = tieEnd(scores, order, start);
    let [good, hit] = [0, 0];
    for (let i = start; i < end; i++) {
      const row = order[i]!;
      if (bad[row]) hit += times[groupOf[row]!]!;
      else good += times[groupOf[row]!]!;
    }
    area += hit * (goodBelow + good / 2);
    goodBelow += good;
    positives += hit;
    start = end;
  }
  return area / (positives * goodBelow);
}
