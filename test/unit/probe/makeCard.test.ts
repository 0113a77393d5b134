import { describe, expect, it } from 'vitest';
import { CancelledError } from '../../../src/base/errors';
import { auroc, cardHash, loadText, makeCard, type MakeCardOptions, parseCard, readCard, readyProbe, scoreNulls, scoreRecords, scoreText } from '../../../src/core/probe';
import { HOOK, plantedRows } from './synthetic';

const options: MakeCardOptions = {
  name: 'planted',
  description: 'rows shifted along one axis',
  model: { name: 'toy', sha256: 'a'.repeat(64) },
  hookPoint: HOOK,
  sae: { name: 'toy sae', sha256: 'b'.repeat(64) },
  seed: 7,
  provenance: { made: '2026-11-01', data: [], software: 'test' },
  blindSpots: ['triggers'],
  nulls: 30,
  latentsEachSign: 1,
  resamples: 100,
};
const rows = plantedRows({ domains: 3, pairs: 40, shift: 2.5 });
const fresh = plantedRows({ domains: 1, pairs: 100, shift: 2.5, seed: 'fresh' });
const bad = fresh.map((row) => (row.label === 'bad' ? 1 : 0));
const records = fresh.map((row) => row.vectors);
const card = await makeCard(rows, options);

describe('makeCard', { timeout: 120_000 }, () => {
  it('makes every kind of probe, the trained one on activations the default', () => {
    expect(card.probes.map((probe) => [probe.id, probe.kind, probe.sign])).toEqual([['trained', 'trained', 1], ['contrast', 'direction', 1], ['latent-5', 'latent', 1], ['latent-9', 'latent', -1]]);
    expect(card.default).toEqual({ probe: 'trained', measure: 'activation' });
    expect(card.validatedOn).toEqual(['domain 0', 'domain 1', 'domain 2']);
    expect(card.provenance).toEqual({ made: '2026-11-01', data: [], software: 'test', seed: 7 });
  });

  it('is a card that reads back as it was written', () => {
    const read = parseCard(JSON.stringify(card), 'a.persona.json');
    expect(read).toEqual(card);
    expect(cardHash(read)).toBe(cardHash(card));
    expect(() => readCard(JSON.parse(JSON.stringify(card)), 'x')).not.toThrow();
  });

  it('finds the planted persona in rows of a new domain, with every probe', () => {
    const areas = card.probes.map((probe) => auroc(scoreRecords(readyProbe(probe), records), bad));
    expect(areas[0]).toBeGreaterThan(0.9);
    expect(areas[1]).toBeGreaterThan(0.8);
    expect(areas[2]).toBeGreaterThan(0.55);
    expect(areas[3]).toBeGreaterThan(0.55);
    const text = loadText(card.text!);
    expect(auroc(fresh.map((row) => scoreText(text, row.text.response)), bad)).toBeGreaterThan(0.95);
  });

  it('keeps nulls that stand near chance on the same rows', () => {
    for (const probe of card.probes) {
      const scores = scoreNulls(readyProbe(probe), records);
      const count = probe.nulls.count;
      expect(count).toBe(30);
      const mean = Array.from({ length: count }, (_, j) => auroc(records.map((_r, i) => scores[i * count + j]!), bad)).reduce((sum, v) => sum + v, 0) / count;
      expect(Math.abs(mean - 0.5)).toBeLessThan(0.1);
    }
  });

  it('says what held-out domains gave, and what each fold chose', () => {
    const { rows: table, byKind, notes } = card.probes[0]!.evidence;
    expect(table.map((row) => row.domain)).toEqual(['domain 0', 'domain 1', 'domain 2', 'all']);
    expect(table[3]!.auroc.value).toBeGreaterThan(table[3]!.nullBand);
    expect(table[3]!.pairs).toBe(120);
    expect(byKind.map((row) => row.kind)).toEqual(['even', 'odd']);
    expect(notes).toHaveLength(4);
    expect(notes[0]).toMatch(/^held out domain 0: response/);
    expect(notes[3]).toMatch(/^all rows: response.*lambda \d+ x the mean eigenvalue \(inner AUROC \.?0?\.\d{3}\)$/);
  });

  it('claims nothing where nothing is planted', async () => {
    const nothing = await makeCard(plantedRows({ domains: 3, pairs: 60, shift: 0, seed: 'nothing' }), { ...options, sae: null });
    for (const probe of nothing.probes) {
      const all = probe.evidence.rows.at(-1)!;
      expect(Math.abs(all.auroc.value - 0.5)).toBeLessThan(0.1);
      expect(all.auroc.low).toBeLessThan(0.53);
    }
  });

  it('comes from its rows and seed alone', async () => {
    expect(cardHash(await makeCard(rows, options))).toBe(cardHash(card));
    expect(cardHash(await makeCard(rows, { ...options, seed: 8 }))).not.toBe(cardHash(card));
  });

  it('makes push probes on request, and stops when told', async () => {
    const steps: string[] = [];
    const both = await makeCard(rows, { ...options, sae: null, nulls: 2, measures: ['push', 'activation'], onProgress: (step) => steps.push(step) });
    expect(both.probes.map((probe) => [probe.id, probe.measure, probe.input])).toEqual([['trained-push', 'push', 'response'], ['contrast-push', 'push', 'response'], ['trained', 'activation', both.probes[2]!.input], ['contrast', 'activation', 'response']]);
    expect(both.default).toEqual({ probe: 'trained-push', measure: 'push' });
    expect(steps[0]).toBe('text model');
    const abort = new AbortController();
    const stopped = makeCard(rows, { ...options, signal: abort.signal, onProgress: (step) => step.startsWith('trained') && abort.abort() });
    await expect(stopped).rejects.toThrow(CancelledError);
  });
});
