import { describe, expect, it } from 'vitest';
import { CardError, type CardReason, cardHash, checkCardModel, pack, parseCard, readCard } from '../../../src/core/probe';
import type { PersonaCard } from '../../../src/core/types';
import { HOOK } from './synthetic';

const MODEL = 'a'.repeat(64);
const SAE = 'b'.repeat(64);
const evidence = { method: '', rows: [], byKind: [], notes: [] };
const base = { name: 'A probe', measure: 'activation', hookPoint: HOOK, input: 'response', sign: 1, evidence } as const;

function card(): PersonaCard {
  return {
    format: 'persona-lens-card',
    version: 1,
    name: 'villain',
    description: '',
    model: { name: 'toy', sha256: MODEL },
    probes: [
      { ...base, kind: 'trained', id: 't', weights: pack([1, 2], [2], 'f32'), mean: pack([0, 0], [2], 'f32'), scale: pack([1, 1], [2], 'f32'), bias: 0, lambda: 10, nulls: { kind: 'permuted labels', count: 1, weights: pack([1, 0], [1, 2], 'f16') } },
      { ...base, kind: 'direction', id: 'd', direction: pack([1, 0], [2], 'f32'), nulls: { kind: 'random directions', count: 1, directions: pack([1, 0], [1, 2], 'f16') } },
      { ...base, kind: 'latent', id: 'l', sae: { name: 'toy sae', sha256: SAE }, latent: 3, nulls: { kind: 'latents of the same density', count: 1, latents: [4] } },
    ],
    default: { probe: 't', measure: 'activation' },
    text: { buckets: 2, idf: pack([1, 1], [2], 'f16'), weights: pack([1, 1], [2], 'f16'), bias: 0 },
    provenance: { made: '', data: [], seed: 1, software: '' },
    validatedOn: [],
    blindSpots: [],
  };
}

function refusal(work: () => unknown): { reason: CardReason; message: string } {
  try {
    work();
  } catch (error) {
    if (error instanceof CardError) return { reason: error.reason, message: error.message };
    throw error;
  }
  throw new Error('it was not refused');
}

/** The card with one place changed, as parsed JSON. */
function changed(path: string, value: unknown): unknown {
  const json = JSON.parse(JSON.stringify(card())) as Record<string, unknown>;
  const keys = path.split('.');
  const parent = keys.slice(0, -1).reduce<Record<string, unknown>>((at, key) => at[key] as Record<string, unknown>, json);
  parent[keys.at(-1)!] = value;
  return json;
}

const nan = { dtype: 'f32', shape: [2], base64: Buffer.from(Float32Array.of(NaN, 1).buffer).toString('base64') };

describe('readCard', () => {
  it('reads a card and drops fields that it does not know', () => {
    expect(readCard(card(), 'v.persona.json')).toEqual(card());
    expect(readCard(changed('extra', 1), 'v.persona.json')).toEqual(card());
  });

  it.each<[string, unknown, CardReason, RegExp]>([
    ['format', 'other', 'malformed', /not a persona card/],
    ['version', 2, 'unsupported-version', /version 2, and this release reads version 1\. Update/],
    ['probes.0.kind', 'neural', 'unknown-kind', /kind "neural".*trained, direction, latent, taught\. Update/],
    ['probes', [], 'malformed', /probes/],
    ['probes.0.sign', 0, 'malformed', /probes\.0\.sign/],
    ['probes.0.bias', null, 'malformed', /probes\.0\.bias/],
    ['probes.1.nulls.kind', 'permuted labels', 'malformed', /probes\.1\.nulls/],
    ['probes.2.latent', -1, 'malformed', /probes\.2\.latent/],
    ['probes.2.input', 'last', 'malformed', /probes\.2\.input/],
    ['model.sha256', 'xyz', 'malformed', /model\.sha256: must be a SHA-256/],
    ['probes.0.weights', pack([1, 2, 3], [3], 'f32'), 'wrong-size', /probe "t": mean has the shape \[2\] and should have \[3\]/],
    ['probes.0.weights', pack([1, 2], [1, 2], 'f32'), 'wrong-size', /weights must be one vector/],
    ['probes.0.nulls.weights', pack([1, 2], [2, 1], 'f16'), 'wrong-size', /probe "t": nulls has the shape \[2, 1\] and should have \[1, 2\]/],
    ['probes.0.nulls.weights.base64', 'AAAA', 'wrong-size', /nulls: its bytes do not fill/],
    ['probes.0.scale', pack([1, 0], [2], 'f32'), 'wrong-size', /scale must be above 0/],
    ['probes.1.direction', nan, 'wrong-size', /direction holds a value that is no finite number/],
    ['probes.1.direction.shape', [2 ** 23], 'wrong-size', /direction: its bytes do not fill/],
    ['probes.2.nulls.count', 5, 'wrong-size', /1 latents are listed and the count says 5/],
    ['text.idf', pack([1], [1], 'f16'), 'wrong-size', /text model: idf has the shape \[1\] and should have \[2\]/],
    ['probes.1.id', 't', 'malformed', /two probes have the id "t"/],
    ['default.probe', 'x', 'malformed', /default probe "x" is not among its probes \(t, d, l\)/],
    ['default.measure', 'push', 'malformed', /default measure is push/],
  ])('refuses %s = %j as %s', (path, value, reason, message) => {
    const found = refusal(() => readCard(changed(path, value), 'v.persona.json'));
    expect(found.reason).toBe(reason);
    expect(found.message).toMatch(message);
    expect(found.message).toContain('v.persona.json');
  });

  it.each([null, 3, 'card', [], {}])('refuses %j', (json) => {
    expect(refusal(() => readCard(json, 'v')).reason).toBe('malformed');
  });

  it('refuses text that is not JSON', () => {
    expect(refusal(() => parseCard('{', 'v.persona.json')).message).toMatch(/v\.persona\.json is not JSON.*Make the card again/);
  });
});

describe('cardHash', () => {
  it('does not see the order of keys and sees every value', () => {
    const { format, ...rest } = card();
    expect(cardHash({ ...rest, format })).toBe(cardHash(card()));
    expect(cardHash(readCard(changed('probes.0.bias', 1e-9), 'v'))).not.toBe(cardHash(card()));
  });
});

describe('checkCardModel', () => {
  it('passes the model and SAE that the card names', () => {
    const fit = checkCardModel(card(), MODEL, [SAE], 'a.persona.json');
    expect(fit.usable.map((probe) => probe.id)).toEqual(['t', 'd', 'l']);
    expect(fit.leftOut).toEqual([]);
  });

  it('refuses a card of another model', () => {
    const { reason, message } = refusal(() => checkCardModel(card(), 'c'.repeat(64), [SAE], 'a.persona.json'));
    expect(reason).toBe('other-model');
    expect(message).toMatch(/^a\.persona\.json: the card "villain" belongs to the model toy \(weights aaaaaaaaaaaa\).*cccccccccccc.*Load that model, or use a card made for this one/);
  });

  it('leaves out latents whose SAE is missing, and refuses where the default is one', () => {
    const fit = checkCardModel(card(), MODEL, [], 'a.persona.json');
    expect(fit.usable.map((probe) => probe.id)).toEqual(['t', 'd']);
    expect(fit.leftOut).toMatchObject([{ probe: 'l', message: expect.stringMatching(/toy sae.*not loaded/) as string }]);
    expect(refusal(() => checkCardModel({ ...card(), default: { probe: 'l', measure: 'activation' } }, MODEL, [], 'a.persona.json')).reason).toBe('other-sae');
  });
});
