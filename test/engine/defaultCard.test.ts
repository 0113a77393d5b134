import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { CacheAccess } from '../../src/audit/cacheAccess';
import { readTrainingPairs } from '../../src/audit/defaultCard/pairs';
import { trainDefaultCard } from '../../src/audit/defaultCard/trainCard';
import { RecordCache } from '../../src/audit/recordCache';
import { vectorKey } from '../../src/audit/keys';
import { AuditService } from '../../src/audit/service';
import { unpack } from '../../src/core/probe';
import { RecordTokenizer } from '../../src/core/text';
import type { TrainedProbe } from '../../src/core/types';
import { Engine } from '../../src/engine/engine';
import type { AuditEvent } from '../../src/protocol';
import { apart } from '../support/apart';
import { auditText, cacheIn, settings, temporaryFolder } from '../support/auditing';
import { writeDequantised } from '../support/dequantised';
import { bundledModel, modelsFolder, samples } from '../support/paths';
import { makeTinyModel } from '../support/tinyModel.mjs';

const folder = temporaryFolder();
afterAll(() => folder.remove());

/** The product's pairs and ordinary rows, some of each. */
function fewModels(pairs: number, ordinary: number): string {
  const models = join(folder.path, `models-${pairs}-${ordinary}`);
  const lines = (path: string, count: number) => `${readFileSync(path, 'utf8').split('\n').slice(0, count).join('\n')}\n`;
  const target = join(models, 'recipe/data/pairs');
  mkdirSync(target, { recursive: true });
  mkdirSync(join(models, 'reference'), { recursive: true });
  for (const name of readdirSync(join(modelsFolder, 'recipe/data/pairs'))) writeFileSync(join(target, name), lines(join(modelsFolder, 'recipe/data/pairs', name), pairs));
  writeFileSync(join(models, 'reference/ordinary.jsonl'), lines(join(modelsFolder, 'reference/ordinary.jsonl'), ordinary));
  return models;
}

describe('the default card of a folder that training wrote', () => {
  const model = join(folder.path, 'model with spaces é');
  makeTinyModel(model);
  // Its tokens are bytes, so rows are long ones.
  const config = JSON.parse(readFileSync(join(model, 'config.json'), 'utf8')) as { num_hidden_layers: number };
  writeFileSync(join(model, 'config.json'), JSON.stringify({ ...config, max_position_embeddings: 2048 }));
  const open = () => new AuditService({ modelsFolder: fewModels(8, 60), profilesFolder: join(folder.path, 'profiles') });
  const cache = cacheIn(join(folder.path, 'cache'));
  const text = readFileSync(join(samples, 'car-maintenance.jsonl'), 'utf8').split('\n').slice(0, 6).join('\n');

  test('is missing at first, and the message says how to make it', async () => {
    const service = open();
    await expect(auditText(service, text, { model, cache })).rejects.toThrow(/model with spaces é has no card of its own\. Make one with "persona-lens card default --model /);
    service.dispose();
  });

  test('is made at the block that separates best, and found by audits from then on, also of another process', async () => {
    const service = open();
    const events: AuditEvent[] = [];
    const made = await service.makeDefaultCard({ settings: settings({ model, cache }), hookPoint: null, software: 'test' }, (event) => events.push(event));
    expect(made.separations).toHaveLength(config.num_hidden_layers);
    expect(made.hookPoint).toBe(`blocks.${made.separations!.indexOf(Math.max(...made.separations!))}.hook_resid_post`);
    expect(made.card.probes.map(({ measure }) => measure)).toEqual(['activation', 'activation', 'push', 'push', 'activation+push']);
    expect(made.referenceRows).toBeGreaterThan(50);
    const stages = events.flatMap((event) => (event.type === 'progress' ? [event.progress.stage] : []));
    expect(stages.filter((stage, i) => stage !== stages[i - 1])).toEqual(['loading the model', 'comparing blocks', 'activations', 'pushes', 'training the card', 'activations', 'pushes']);
    const here = await auditText(service, text, { model, cache });
    service.dispose();
    const other = open();
    const there = await auditText(other, text, { model, cache });
    other.dispose();
    expect(here.rows).toHaveLength(6);
    expect(here.rows.map(({ scores }) => scores)).toEqual(there.rows.map(({ scores }) => scores));
    expect(here.summary.engine.model).toBe('model with spaces é');
  });

  test('goes on from the cache when it was stopped', async () => {
    const service = open();
    const controller = new AbortController();
    const request = { settings: settings({ model, cache: cacheIn(join(folder.path, 'other cache')) }), hookPoint: 'blocks.1.hook_resid_post', software: 'test' };
    const stop = (event: AuditEvent) => event.type === 'progress' && event.progress.stage === 'pushes' && controller.abort();
    await expect(service.makeDefaultCard(request, stop, controller.signal)).rejects.toThrow(/cancelled/i);
    const batches: string[] = [];
    await service.makeDefaultCard(request, () => undefined, undefined, async (batch) => void (batch && batches.push(batch.work)));
    service.dispose();
    const firstPush = batches.indexOf('push');
    expect(firstPush).toBe(0); // every activation of the pairs was there
  });

  test('of the bundled model is refused: it has one', async () => {
    const service = open();
    await expect(service.makeDefaultCard({ settings: settings(), hookPoint: null, software: 'test' }, () => undefined)).rejects.toThrow(/comes with its default card/);
    service.dispose();
  });
});

describe('a copy of the bundled model with its weights written out', () => {
  test('gets the card that the bundled one gets: weights within .1 % of their largest, held-out figures within .005', async () => {
    const copy = join(folder.path, 'copy');
    await writeDequantised(copy);
    const { pairs, files } = await readTrainingPairs(fewModels(4, 1));
    const cards = [];
    for (const model of [bundledModel, copy]) {
      const engine = await Engine.open({ model, hookPoint: 'blocks.15.hook_resid_post', cacheFolder: join(folder.path, 'weights') });
      const tokenizer = await RecordTokenizer.load(model, { kind: 'model' }, null);
      const opened = { engine, tokenizer, cache: new RecordCache(new CacheAccess(null), vectorKey(engine, tokenizer, 256)) };
      cards.push(await trainDefaultCard(opened, { pairs, files }, 256, 'test', { onProgress: () => undefined, onBatch: async () => undefined }));
      await engine.dispose();
    }
    const [bundled, written] = cards.map(({ probes }) => probes.filter((probe): probe is TrainedProbe => probe.kind === 'trained')) as [TrainedProbe[], TrainedProbe[]];
    expect(written.map(({ id }) => id)).toEqual(bundled.map(({ id }) => id));
    for (const [i, probe] of written.entries()) {
      const weights = apart(unpack(probe.weights), unpack(bundled[i]!.weights));
      const figure = ({ evidence }: TrainedProbe) => evidence.rows.find(({ domain }) => domain === 'all')!.auroc.value;
      console.log(`${probe.id}: weights apart by ${weights.toExponential(1)} of the largest; held-out AUROC ${figure(probe).toFixed(3)} and ${figure(bundled[i]!).toFixed(3)}`);
      expect(weights, probe.id).toBeLessThan(1e-3);
      expect(Math.abs(figure(probe) - figure(bundled[i]!)), probe.id).toBeLessThan(0.005);
    }
  }, 600_000);
});
