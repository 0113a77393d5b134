import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { AuditService } from '../../src/audit/service';
import { CancelledError } from '../../src/base/errors';
import { silentLogger } from '../../src/base/logger';
import { intAttribute } from '../../src/core/onnx';
import type { CheckFinding, CheckTopic, ModelCheck } from '../../src/core/types';
import { loadModel } from '../../src/engine/loadedModel';
import { plainParity } from '../../src/engine/plainParity';
import { folderWith, refusal } from '../support/folder';
import { golden } from '../support/golden';
import { modelsFolder } from '../support/paths';
import { makeTinyModel } from '../support/tinyModel.mjs';

const room = { free: 8e9, total: 16e9 };
const services: AuditService[] = [];
afterAll(() => services.forEach((service) => service.dispose()));

async function check(model: string | null, { adapter = null, free = room, signal, onFinding = () => undefined }: { adapter?: string | null; free?: typeof room; signal?: AbortSignal; onFinding?: (finding: CheckFinding) => void } = {}): Promise<ModelCheck> {
  const service = new AuditService({ modelsFolder, profilesFolder: folderWith(), room: () => free });
  services.push(service);
  return service.check({ settings: { model, adapter: adapter === null ? null : { folder: adapter, scale: 1 }, threads: 1, device: 'cpu', cache: null } }, onFinding, signal);
}
const found = ({ findings }: ModelCheck, topic: CheckTopic) => findings.find((finding) => finding.topic === topic)!;
const states = ({ findings }: ModelCheck) => Object.fromEntries(findings.map(({ topic, state }) => [topic, state]));

describe('checking a folder', () => {
  test('says what it is, that it fits, and that fused and plain operators agree; findings are told as they come', async () => {
    const told: string[] = [];
    const result = await check(makeTinyModel(folderWith()), { onFinding: ({ topic }) => told.push(topic) });
    expect(told).toEqual(['architecture', 'source format', 'memory', 'tokenizer', 'chat template', 'device', 'hook points', 'parity', 'loss', 'speed', 'default card']);
    expect(result.findings.map(({ topic }) => topic)).toEqual(told);
    // Drawn weights know no English, and nobody made a card.
    expect(states(result)).toEqual({ ...Object.fromEntries(told.map((topic) => [topic, 'good'])), loss: 'note', 'default card': 'note' });
    expect(result.usable).toBe(true);
    expect(found(result, 'architecture').values).toEqual({ modelType: 'llama', blocks: 4, dModel: 48, heads: 6, keyValueHeads: 2, vocabulary: 320, maxPositions: 128, parameters: 101_808 });
    expect(found(result, 'source format').values).toMatchObject({ packaged: false, files: 1, bytes: 4 * 101_808, precision: 'fp32' });
    expect(found(result, 'memory').values).toMatchObject({ weights: 4 * 101_808, free: 8e9, total: 16e9 });
    expect(found(result, 'tokenizer').values).toEqual({ size: 258, vocabulary: 320, controlTokens: 2, addsBos: false });
    expect(found(result, 'hook points').values).toMatchObject({ captured: 'blocks.2.hook_resid_post', middle: true });
    expect(found(result, 'parity').values).toMatchObject({ against: 'plain operators', tokens: 33, blocks: 4, minCosine: expect.closeTo(1, 8) as number });
    expect(found(result, 'loss').values).toMatchObject({ guessing: Math.log(320) });
    expect(found(result, 'speed').values['tokensPerSecond']).toBeGreaterThan(0);
  });

  test('a block that adds attention and MLP at once has no middle', async () => {
    expect(found(await check(makeTinyModel(folderWith(), 'gpt_neox')), 'hook points')).toMatchObject({ values: { middle: false }, text: expect.stringContaining('there is no middle') as string });
  });

  test('through an adapter the tuned model is checked', async () => {
    const [base, tuned] = [await check(makeTinyModel(folderWith())), await check(makeTinyModel(folderWith()), { adapter: join(golden, 'lora/llama_qv') })];
    expect(found(tuned, 'adapter')).toMatchObject({ state: 'good', values: { name: 'llama_qv', scale: 1 } });
    expect(found(tuned, 'parity')).toMatchObject({ state: 'good', values: { against: 'plain operators' } });
    expect(found(tuned, 'loss').values['loss']).not.toBe(found(base, 'loss').values['loss']);
    expect(found(base, 'adapter')).toBeUndefined();
  });

  test('the bundled model is held to its reference, knows English and has a card', async () => {
    const result = await check(null);
    expect(result.findings.filter(({ state }) => state !== 'good')).toEqual([]);
    expect(found(result, 'parity').values).toMatchObject({ against: 'reference', tokens: 44 });
    expect(found(result, 'loss').values['loss']).toBeLessThan(4);
  });

  test('what cannot fit is refused with the numbers, and nothing is opened', async () => {
    const result = await check(makeTinyModel(folderWith()), { free: { free: 1e8, total: 4e9 } });
    expect(states(result)).toEqual({ architecture: 'good', 'source format': 'good', memory: 'bad' });
    expect(found(result, 'memory').text).toMatch(/holds 407 kB of weights and takes about 302 MB of memory; 100 MB of 4\.0 GB are free here\. Close other programs/);
    expect([result.usable, result.hash]).toEqual([false, null]);
  });

  test('where push may not fit it is said, and the model can be used', async () => {
    const result = await check(makeTinyModel(folderWith()), { free: { free: 3.05e8, total: 4e9 } });
    expect(found(result, 'memory')).toMatchObject({ state: 'note', text: expect.stringContaining('--measures activation,loss') as string });
    expect(result.usable).toBe(true);
  });

  test('no tokenizer is the end, no chat template a note, one that refuses a message the end', async () => {
    const folder = makeTinyModel(folderWith());
    writeFileSync(join(folder, 'chat_template.jinja'), "{{ raise_exception('no') }}");
    const refusing = await check(folder);
    expect([found(refusing, 'chat template').state, refusing.usable]).toEqual(['bad', false]);
    rmSync(join(folder, 'chat_template.jinja'));
    const without = await check(folder);
    expect([found(without, 'chat template').state, without.usable]).toEqual(['note', true]);
    rmSync(join(folder, 'tokenizer.json'));
    const untold = await check(folder);
    expect([found(untold, 'tokenizer').state, untold.usable, found(untold, 'parity').state]).toEqual(['bad', false, 'good']);
  });

  test('a tokenizer with more tokens than embeddings is told', async () => {
    const folder = makeTinyModel(folderWith());
    const file = join(folder, 'tokenizer.json');
    const tokenizer = JSON.parse(readFileSync(file, 'utf8')) as { added_tokens: object[] };
    tokenizer.added_tokens.push({ id: 320, content: '<|more|>', special: true });
    writeFileSync(file, JSON.stringify(tokenizer));
    expect(found(await check(folder), 'tokenizer')).toMatchObject({ state: 'note', values: { size: 321, vocabulary: 320 } });
  });

  test('no folder, and an architecture that is not known, are findings', async () => {
    expect(states(await check('/nowhere/at all'))).toEqual({ architecture: 'bad' });
    const unknown = await check(folderWith({ 'config.json': '{"model_type": "falcon"}' }));
    expect(found(unknown, 'architecture')).toMatchObject({ state: 'bad', values: { reason: 'unsupported' }, text: expect.stringContaining('"falcon" is not supported') as string });
  });

  test('a check is cancelled between two findings', async () => {
    const controller = new AbortController();
    const told: string[] = [];
    await refusal(
      check(makeTinyModel(folderWith()), {
        signal: controller.signal,
        onFinding: ({ topic }) => {
          told.push(topic);
          if (topic === 'tokenizer') controller.abort();
        },
      }),
      CancelledError,
    );
    expect(told.at(-1)).toBe('tokenizer');
  });
});

test('parity with plain operators sees a fused operator that computes something else', async () => {
  const model = await loadModel(makeTinyModel(folderWith()), { profiles: null, cacheFolder: null }, silentLogger);
  const cpu = { device: 'cpu', threads: 1 } as const;
  const { graph } = model;
  const heads = graph.nodes.findLastIndex(({ op }) => op === 'GroupQueryAttention');
  expect(intAttribute(graph.nodes[heads]!, 'local_window_size', -1)).toBe(-1);
  const narrow = { ...graph, nodes: graph.nodes.with(heads, { ...graph.nodes[heads]!, attributes: { ...graph.nodes[heads]!.attributes, local_window_size: { kind: 'int', value: 4 } as const } }) };
  expect((await plainParity(model, cpu)).minCosine).toBeGreaterThan(0.999_999);
  expect((await plainParity(model, cpu, narrow)).minCosine).toBeLessThan(0.999);
});
