import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pack, pushTokenValues, type ReadyProbe, readyProbe, scoreRecord, seeded, sumOverTokens, tokenValues } from '../../../src/core/probe';
import type { Probe, ProbeInput, TokenTrace } from '../../../src/core/types';
import { gaussians, HOOK, recordVectors } from './synthetic';

const D = 6;
const evidence = { method: '', rows: [], byKind: [], notes: [] };

function linearProbe(kind: 'trained' | 'direction', input: ProbeInput, seed: number, measure: 'activation' | 'push' = 'activation'): ReadyProbe {
  const random = seeded(seed, 'probe');
  const vector = () => pack(gaussians(random, D), [D], 'f32');
  const base = { id: 'p', name: '', measure, hookPoint: HOOK, input, sign: -1, evidence } as const;
  const probe: Probe =
    kind === 'trained'
      ? { ...base, kind, weights: vector(), mean: vector(), scale: pack(gaussians(random, D).map((v) => Math.abs(v) + 0.1), [D], 'f32'), bias: 0.3, lambda: 1, nulls: { kind: 'permuted labels', count: 1, weights: pack(gaussians(random, D), [1, D], 'f16') } }
      : { ...base, kind, direction: vector(), nulls: { kind: 'random directions', count: 1, directions: pack(gaussians(random, D), [1, D], 'f16') } };
  return readyProbe(probe);
}

function row(seed: number, tokens: number, prompt: number) {
  const random = seeded(seed, 'trace');
  const residual = Float32Array.from(gaussians(random, tokens * D), (v) => v * 50);
  const latentIndex = Int32Array.from({ length: tokens * 2 }, (_, slot) => (slot % 2 === 0 ? random.below(3) : 3 + random.below(3)));
  const latentValue = Float32Array.from({ length: tokens * 2 }, () => (random.uniform() < 0.3 ? 0 : random.uniform()));
  const trace: TokenTrace = { hash: 'row', hookPoint: HOOK, tokens, dModel: D, residual, latentIndex, latentValue, k: 2 };
  const response = Uint8Array.from({ length: tokens }, (_, t) => (t === prompt || (t > prompt && random.uniform() < 0.8) ? 1 : 0));
  const meanOf = (chosen: (t: number) => boolean) => {
    const members = Array.from({ length: tokens }, (_, t) => t).filter(chosen);
    return Float32Array.from({ length: D }, (_, i) => members.reduce((sum, t) => sum + residual[t * D + i]!, 0) / members.length);
  };
  const means = { response: meanOf((t) => response[t] === 1), prompt: meanOf((t) => t < prompt) };
  const last = response.lastIndexOf(1);
  const vectors = recordVectors({ activation: { [HOOK]: means.response }, prompt: { [HOOK]: means.prompt }, last: { [HOOK]: residual.slice(last * D, (last + 1) * D) } });
  return { trace, response, prompt: means.prompt, vectors, last };
}

const meanOverResponse = (values: Float64Array, response: Uint8Array) => {
  const chosen = [...values].filter((_, t) => response[t] === 1);
  return chosen.reduce((sum, v) => sum + v, 0) / chosen.length;
};

describe('tokenValues', () => {
  it('average to the row\'s score over response tokens', () => {
    fc.assert(
      fc.property(fc.constantFrom('trained', 'direction'), fc.constantFrom('response', 'response-minus-prompt'), fc.nat(1000), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 20 }), (kind, input, seed, prompt, rest) => {
        const probe = linearProbe(kind, input, seed);
        const { trace, response, prompt: promptMean, vectors } = row(seed, prompt + rest, prompt);
        const values = tokenValues(probe, { trace, response, prompt: promptMean });
        const score = scoreRecord(probe, vectors);
        expect(values).toHaveLength(prompt + rest);
        expect(Math.abs(meanOverResponse(values, response) - score)).toBeLessThan(1e-4 * Math.max(1, ...values.map(Math.abs)));
      }),
      { numRuns: 200 },
    );
  });

  it('give the last response token the row\'s score where the probe reads the last token', () => {
    const probe = linearProbe('trained', 'last', 4);
    const { trace, response, vectors, last } = row(4, 12, 5);
    expect(tokenValues(probe, { trace, response })[last]).toBeCloseTo(scoreRecord(probe, vectors), 6);
  });

  it('are a latent\'s own activations, whose mean is its score', () => {
    const { trace, response } = row(9, 15, 4);
    const probe = readyProbe({ id: 'l', name: '', measure: 'activation', hookPoint: HOOK, input: 'response', sign: -1, evidence, kind: 'latent', sae: { name: '', sha256: '' }, latent: 4, nulls: { kind: 'latents of the same density', count: 0, latents: [] } });
    const values = tokenValues(probe, { trace, response });
    for (let t = 0; t < 15; t++) {
      const slot = [2 * t, 2 * t + 1].find((at) => trace.latentIndex[at] === 4);
      expect(values[t]! + 0).toBeCloseTo(slot === undefined ? 0 : -trace.latentValue[slot]!, 7);
    }
    expect(values.some((v) => v < 0)).toBe(true);
  });

  it('refuse what a trace does not hold', () => {
    const { trace, response } = row(1, 6, 2);
    expect(() => tokenValues(linearProbe('trained', 'response-minus-prompt', 1), { trace, response })).toThrow(/mean over the prompt/);
    const push = linearProbe('direction', 'response', 1);
    expect(() => tokenValues({ ...push, probe: { ...push.probe, measure: 'push' } } as ReadyProbe, { trace, response })).toThrow(/no gradients/);
  });
});

describe('pushTokenValues', () => {
  it('add up to the row\'s score over all positions', () => {
    fc.assert(
      fc.property(fc.constantFrom('trained', 'direction'), fc.nat(1000), fc.integer({ min: 1, max: 12 }), (kind, seed, tokens) => {
        const probe = linearProbe(kind, 'response', seed, 'push');
        const push = Float32Array.from(gaussians(seeded(seed, 'push'), tokens * D), (v) => v / 50);
        const values = pushTokenValues(probe, push);
        expect(values).toHaveLength(tokens);
        const score = scoreRecord(probe, recordVectors({ push: { [HOOK]: sumOverTokens(push, D) } }));
        expect(values.reduce((a, b) => a + b)).toBeCloseTo(score, 4);
      }),
    );
  });

  it('refuse a probe that does not read push', () => {
    expect(() => pushTokenValues(linearProbe('trained', 'response', 1), new Float32Array(D))).toThrow(/does not read push/);
  });
});
