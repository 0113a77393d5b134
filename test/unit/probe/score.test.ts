import { describe, expect, it } from 'vitest';
import { pack, projectionDifference, readyProbe, scoreNulls, scoreRecord, scoreRecords } from '../../../src/core/probe';
import type { DirectionProbe, LatentProbe, TrainedProbe } from '../../../src/core/types';
import { HOOK, recordVectors } from './synthetic';

const evidence = { method: '', rows: [], byKind: [], notes: [] };
const base = { name: '', measure: 'activation', hookPoint: HOOK, input: 'response', evidence } as const;
const trained: TrainedProbe = {
  ...base,
  kind: 'trained',
  id: 't',
  sign: -1,
  weights: pack([2, 4], [2], 'f32'),
  mean: pack([0.5, 0.25], [2], 'f32'),
  scale: pack([0.5, 2], [2], 'f32'),
  bias: 0.125,
  lambda: 10,
  nulls: { kind: 'permuted labels', count: 2, weights: pack([1, 0, 0, 1], [2, 2], 'f16') },
};
const direction: DirectionProbe = {
  ...base,
  kind: 'direction',
  id: 'd',
  sign: 1,
  direction: pack([0, 1], [2], 'f32'),
  nulls: { kind: 'random directions', count: 1, directions: pack([1, 0], [1, 2], 'f16') },
};
const latent: LatentProbe = {
  ...base,
  kind: 'latent',
  id: 'l',
  sign: -1,
  sae: { name: 'sae', sha256: '' },
  latent: 7,
  nulls: { kind: 'latents of the same density', count: 3, latents: [2, 7, 9] },
};
const record = recordVectors({
  activation: { [HOOK]: Float32Array.of(3, 4) },
  latents: { [HOOK]: { index: Uint16Array.of(2, 7, 300), value: Float32Array.of(0.5, 1.5, 9) } },
});

describe('scoreRecord', () => {
  it('standardises the unit vector for a trained probe and applies the sign', () => {
    // u = (.6, .8): 2 (.6 - .5) / .5 + 4 (.8 - .25) / 2 + .125 = .4 + 1.1 + .125
    expect(scoreRecord(readyProbe(trained), record)).toBeCloseTo(-1.625, 6);
    expect(scoreRecord(readyProbe({ ...trained, sign: 1 }), record)).toBeCloseTo(1.625, 6);
  });

  it('scores the zero vector by the constant alone', () => {
    const zero = recordVectors({ activation: { [HOOK]: Float32Array.of(0, 0) } });
    expect(scoreRecord(readyProbe({ ...trained, sign: 1 }), zero)).toBeCloseTo(-2 - 0.5 + 0.125, 6);
  });

  it('projects the raw vector on a direction', () => {
    expect(scoreRecord(readyProbe(direction), record)).toBe(4);
    expect(scoreRecord(readyProbe({ ...direction, sign: -1 }), record)).toBe(-4);
  });

  it('reads a latent\'s mean, zero where it never fired', () => {
    expect(scoreRecord(readyProbe(latent), record)).toBe(-1.5);
    expect(scoreRecord(readyProbe({ ...latent, latent: 300, sign: 1 }), record)).toBe(9);
    for (const absent of [0, 5, 301]) expect(scoreRecord(readyProbe({ ...latent, latent: absent, sign: 1 }), record)).toBe(0);
  });

  it('refuses a vector of another width and latents that were not computed', () => {
    const wide = recordVectors({ activation: { [HOOK]: Float32Array.of(1, 2, 3) } });
    expect(() => scoreRecord(readyProbe(direction), wide)).toThrow(/2 dimensions.*vector of 3/);
    expect(() => scoreRecord(readyProbe(latent), recordVectors({}))).toThrow(/load the SAE/);
  });

  it('scores many records as it scores one', () => {
    expect([...scoreRecords(readyProbe(direction), [record, record])]).toEqual([4, 4]);
  });
});

describe('scoreNulls', () => {
  it('puts null weights under the probe\'s own standardisation', () => {
    const [first, second] = scoreNulls(readyProbe(trained), [record]);
    expect(first).toBeCloseTo((0.6 - 0.5) / 0.5, 6);
    expect(second).toBeCloseTo((0.8 - 0.25) / 2, 6);
  });

  it('reads random directions and other latents, these under the probe\'s sign', () => {
    expect([...scoreNulls(readyProbe(direction), [record, record])]).toEqual([3, 3]);
    expect([...scoreNulls(readyProbe(latent), [record])].map((v) => v + 0)).toEqual([-0.5, -1.5, 0]);
  });
});

describe('projectionDifference', () => {
  it('is the row\'s projection less that of the model\'s own answer', () => {
    const own = recordVectors({ activation: { [HOOK]: Float32Array.of(9, 1.5) } });
    expect(projectionDifference(direction, record, own)).toBe(2.5);
  });
});
