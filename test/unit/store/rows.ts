import { sha256 } from '../../../src/base/hash';
import type { RecordVectors, VectorKey } from '../../../src/core/types';

export const hookPoint = 'blocks.15.hook_resid_post';

export const keyOf = (model: string): VectorKey => ({
  model,
  adapter: null,
  adapterScale: 1,
  precision: 'fp32',
  device: 'cpu',
  tokenizer: 't',
  template: 'c',
  captureSet: [hookPoint],
  positions: 'response',
  sae: 's',
  maxTokens: 512,
  kernelRevision: 1,
});

/** The same row for the same number, always. */
export function rowOf(number: number, dModel = 16, active = 9): RecordVectors {
  const random = generator(number);
  const vector = () => Float32Array.from({ length: dModel }, () => (random() - 0.5) * 100);
  return {
    hash: hashOf(number),
    activation: { [hookPoint]: vector() },
    prompt: { [hookPoint]: vector() },
    last: { [hookPoint]: vector() },
    tokens: 10 + (number % 500),
    responseTokens: 1 + (number % 200),
    latents: {
      [hookPoint]: { index: Uint16Array.from({ length: active }, (_, i) => 2 * i + (number % 2)), value: Float32Array.from({ length: active }, random) },
    },
    perTurn: number % 3 ? [] : [0, 1].map((turn) => ({ turn, responseTokens: 3 + turn, activation: { [hookPoint]: vector() } })),
  };
}

export const rowsFrom = (first: number, count: number): RecordVectors[] => Array.from({ length: count }, (_, i) => rowOf(first + i));
export const hashOf = (number: number): string => sha256(`record ${number}`);

/** mulberry32 */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const gibibyte = 2 ** 30;
