import { describe, expect, test } from 'vitest';
import type { ScoringAssets } from '../../../src/audit/assets';
import type { AuditRow } from '../../../src/audit/rows';
import { backgroundOf } from '../../../src/audit/score/background';
import { calibration, scoringContext } from '../../../src/audit/score/context';
import { Scorer } from '../../../src/audit/score/scorer';
import { pack, readyProbe, seeded } from '../../../src/core/probe';
import type { Probe, RecordVectors } from '../../../src/core/types';
import { gaussians, HOOK, recordVectors } from '../probe/synthetic';

const D = 4;
const random = seeded(1, 'scorer');
const probe = (id: string, measure: 'activation' | 'push'): Probe => ({
  kind: 'direction', id, name: id, measure, hookPoint: HOOK, input: 'response', sign: 1,
  direction: pack([1, 0, 0, 0], [D], 'f32'),
  nulls: { kind: 'random directions', count: 2, directions: pack(gaussians(random, 2 * D), [2, D], 'f16') },
  evidence: { method: '', rows: [], byKind: [], notes: [] },
});
const vectorsOf = (hash: string, value: number, pushed: boolean): RecordVectors => {
  const vector = { [HOOK]: Float32Array.of(value, 0, 0, 0) };
  return { ...recordVectors({ activation: vector, ...(pushed ? { push: vector } : {}) }), hash };
};
const many = (count: number, pushed: boolean) => Array.from({ length: count }, (_, i) => vectorsOf(`r${i}`, i / count, pushed));
const asRow = (vectors: RecordVectors) => ({ main: vectors, rejected: null, response: '', rejectedResponse: null, loss: null });

const row: AuditRow = {
  key: 'own', index: 0, line: 1, range: { start: 0, end: 0 }, rejected: null,
  main: { record: { index: 0, line: 1, range: { start: 0, end: 0 }, hash: 'own', shape: 'messages', turns: [] }, tokens: null as never, truncated: false, templateMarkers: false },
};

function scorerWith(ordinary: RecordVectors[], own: RecordVectors) {
  const probes = [probe('reads', 'activation'), probe('pushes', 'push')].map(readyProbe);
  const reference = { hash: '', hasPush: true, singles: many(20, true).map((vectors) => ({ vectors, response: '' })), pairs: [] };
  const assets = { card: { probes: probes.map((each) => each.probe), default: { probe: 'reads', measure: 'activation' } }, probes, deciding: 0, reference, backgrounds: { single: backgroundOf(reference, 'single', probes, null), pair: backgroundOf(reference, 'pair', probes, null) }, scoreText: null } as unknown as ScoringAssets;
  const scorer = new Scorer(scoringContext(assets, { single: ordinary.map(asRow), pair: null }, new Map()));
  const vectors = new Map([[own.hash, own]]);
  scorer.add([row], vectors);
  return { scorer, assets, own, vectors, score: (measure: string) => scorer.rows({ complete: true })[0]!.scores.find((each) => each.measure === measure) };
}

describe('scores under a probe on push', () => {
  test('are absent until the row has push, and then have p and q', () => {
    const { scorer, own, vectors, score } = scorerWith(many(40, true), vectorsOf('own', 2, false));
    expect([score('activation')?.p, score('push')]).toEqual([1 / 41, undefined]);
    own.push = { [HOOK]: Float32Array.of(2, 0, 0, 0) };
    scorer.refresh([row], vectors);
    expect(score('push')).toMatchObject({ p: 1 / 41, q: 1 / 41, percentile: 100 });
  });

  test('of a row whose push was known before that of the ordinary rows get their p once these have it', () => {
    const ordinary = many(40, false);
    const { scorer, assets, vectors, score } = scorerWith(ordinary, vectorsOf('own', 2, true));
    expect(score('push')).toMatchObject({ p: null, q: null });
    ordinary.forEach((vectors) => (vectors.push = vectors.activation));
    scorer.recalibrate(calibration(assets, { single: ordinary.map(asRow), pair: null }));
    scorer.refresh([row], vectors);
    expect(score('push')).toMatchObject({ p: 1 / 41, q: 1 / 41 });
    expect(score('activation')).toMatchObject({ p: 1 / 41, q: 1 / 41 });
  });
});

test('a row that goes without its loss, push or words keeps its score and says why; its loss is not pending then', () => {
  const { scorer, score } = scorerWith(many(40, true), vectorsOf('own', 2, false));
  const reasons = () => scorer.rows({ complete: true })[0]!.reasons.map(({ code, message }) => [code, message]);
  expect(reasons()).toContainEqual(['pending-loss', 'The loss has not been computed yet.']);
  scorer.lack(row, { work: 'tokens', message: 'No words: no memory.' });
  expect(reasons()).toEqual(expect.arrayContaining([['no-spans', 'No words: no memory. The score stands.'], ['pending-loss', 'The loss has not been computed yet.']]));
  scorer.lack(row, { work: 'losses', message: 'No loss: no memory.' });
  expect(reasons().map(([code]) => code)).toEqual(['high-score', 'no-spans', 'no-loss']);
  expect(score('activation')).toMatchObject({ value: 2, p: 1 / 41 });
});
