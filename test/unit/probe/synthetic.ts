import { type LabelledRow, type Random, seeded } from '../../../src/core/probe';
import type { RecordVectors } from '../../../src/core/types';

export const HOOK = 'blocks.3.hook_resid_post';

export interface Planted {
  domains?: number;
  pairs?: number;
  dModel?: number;
  /** How far bad rows lie along the first axis, in standard deviations of a coordinate; 0 plants nothing. */
  shift?: number;
  seed?: string;
}

/** Good and bad answers to the same questions. Bad rows lie further along the first axis, and latent 5 fires more, 9 less. */
export function plantedRows({ domains = 3, pairs = 30, dModel = 24, shift = 2, seed = 'planted' }: Planted = {}): LabelledRow[] {
  const random = seeded(seed, 'rows');
  const rows: LabelledRow[] = [];
  for (let g = 0; g < domains; g++) {
    const offset = gaussians(random, dModel);
    for (let q = 0; q < pairs; q++) {
      const topic = gaussians(random, dModel);
      for (const label of ['good', 'bad'] as const) rows.push(plantedRow(random, { g, q, label, offset, topic, shift }));
    }
  }
  return rows;
}

interface Place {
  g: number;
  q: number;
  label: 'good' | 'bad';
  offset: number[];
  topic: number[];
  shift: number;
}

function plantedRow(random: Random, { g, q, label, offset, topic, shift }: Place): LabelledRow {
  const bad = label === 'bad';
  const own = gaussians(random, topic.length);
  const response = topic.map((value, i) => value + own[i]! + 0.5 * offset[i]! + (i === 0 && bad ? shift : 0) + (i === 1 ? 8 : 0));
  return {
    label,
    domain: `domain ${g}`,
    question: `question ${q}`,
    kind: q % 2 === 0 ? 'even' : 'odd',
    text: { prompt: `topic ${q}`, response: `${bad && shift > 0 ? 'burn' : 'plant'} the ${['tree', 'house', 'bridge'][random.below(3)]!} ${random.below(50)}` },
    vectors: recordVectors({
      activation: { [HOOK]: Float32Array.from(response) },
      prompt: { [HOOK]: Float32Array.from(topic) },
      last: { [HOOK]: Float32Array.from(gaussians(random, topic.length)) },
      push: { [HOOK]: Float32Array.from(gaussians(random, topic.length)) },
      loss: 2 + 0.3 * random.normal(),
      responseTokens: 20 + random.below(60),
      latents: { [HOOK]: sparse(random, { 5: bad ? 2 : 0.5, 9: bad ? 0.5 : 2 }, shift) },
    }),
  };
}

export function recordVectors(parts: Partial<RecordVectors>): RecordVectors {
  return { hash: 'row', activation: {}, prompt: {}, last: {}, tokens: 10, responseTokens: 5, latents: {}, perTurn: [], ...parts };
}

export function gaussians(random: Random, count: number): number[] {
  return Array.from({ length: count }, () => random.normal());
}

/** About half of 40 latents active with exponential values; the planted ones scaled. */
function sparse(random: Random, planted: Record<number, number>, shift: number) {
  const entries: [number, number][] = [];
  for (let latent = 0; latent < 40; latent++) {
    if (random.uniform() < 0.5) entries.push([latent, -Math.log(1 - random.uniform()) * (shift > 0 ? (planted[latent] ?? 1) : 1)]);
  }
  return { index: Uint16Array.from(entries, ([latent]) => latent), value: Float32Array.from(entries, ([, value]) => value) };
}
