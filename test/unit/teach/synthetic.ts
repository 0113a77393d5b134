import { type Random, seeded } from '../../../src/core/probe';
import { prepareFeatures, type TeachFeatures, type TeachRow } from '../../../src/core/teach';
import type { LabelledHash, MarkLabel } from '../../../src/core/types';

export interface Planted {
  rows?: number;
  dModel?: number;
  /** How far bad rows lie along the first axis of the activation, in standard deviations of a coordinate; 0 plants nothing. */
  shift?: number;
  push?: boolean;
  /** Rows that share a question. */
  perQuestion?: number;
  sources?: number;
  seed?: string;
}

/** Every other row is bad; texts are drawn from the same words. */
export function plantedRows({ rows = 200, dModel = 24, shift = 3, push = false, perQuestion = 1, sources = 0, seed = 'teach' }: Planted = {}): TeachRow[] {
  const random = seeded(seed, 'rows');
  return Array.from({ length: rows }, (_, index) => ({
    index,
    line: index + 1,
    hash: hashOf(index),
    question: `question ${Math.floor(index / perQuestion)}`,
    source: sources > 0 ? `source ${index % sources}` : null,
    main: record(random, dModel, index % 2 === 1 ? shift : 0, push),
    rejected: null,
    responseTokens: 20 + random.below(40),
    loss: 2 + 0.3 * random.normal(),
    cardScore: random.normal(),
  }));
}

export const hashOf = (index: number): string => index.toString(16).padStart(64, '0');
export const labelOf = (index: number): MarkLabel => (index % 2 === 1 ? 'bad' : 'good');

/** Marks on the given rows, as they were planted. */
export const marksOn = (indices: readonly number[]): LabelledHash[] => indices.map((index) => ({ hash: hashOf(index), label: labelOf(index) }));

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);

export async function plantedFeatures(planted: Planted = {}): Promise<TeachFeatures> {
  return prepareFeatures(plantedRows(planted));
}

function record(random: Random, dModel: number, shift: number, push: boolean) {
  const vector = (at: number) => Float32Array.from({ length: dModel }, (_, i) => random.normal() + (i === 0 ? at : 0));
  const words = ['tree', 'house', 'bridge', 'river', 'stone', 'cloud', 'field', 'road'];
  return { activation: vector(shift), push: push ? vector(0) : null, response: Array.from({ length: 8 }, () => words[random.below(words.length)]).join(' ') };
}
