import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine } from '../../src/engine/engine';
import { type ReferenceRow, asRecord, referenceFloats, referenceRows } from '../support/reference';
import { bundledModel } from '../support/paths';

const cacheFolder = mkdtempSync(join(tmpdir(), 'persona-lens-push-'));
let engine: Engine;
let rows: ReferenceRow[];
let floats: (name: string) => Promise<Float32Array>;

beforeAll(async () => {
  engine = await Engine.open({ model: bundledModel, cacheFolder });
  rows = await referenceRows();
  floats = await referenceFloats('push.safetensors');
});
afterAll(async () => {
  await engine.dispose();
  rmSync(cacheFolder, { recursive: true });
});

const norm = (values: ArrayLike<number>) => Math.sqrt(Array.from(values).reduce((sum, value) => sum + value * value, 0));
const relative = (got: Float32Array, expected: Float32Array) => norm(got.map((value, i) => value - expected[i]!)) / norm(expected);

describe('push of the bundled model against autograd', () => {
  test('push vectors and losses of all rows in one batch', async () => {
    const pushes = await engine.pushes(rows.map(asRecord));
    const table = await Promise.all(
      rows.map(async ({ index, name, ids, meanNll }) => {
        const { push, loss } = pushes[index]!;
        return { name, tokens: ids.length, autograd: relative(push, await floats(`push.${index}`)), 'autograd, float64': relative(push, await floats(`push64.${index}`)), loss: Math.abs(loss - meanNll) };
      }),
    );
    console.table(table);
    for (const { name, autograd, loss } of table) {
      expect(autograd, name).toBeLessThan(1e-4);
      expect(loss, name).toBeLessThan(1e-4);
    }
  });

  test('the gradient at every position, prompt and all', async () => {
    for (const row of rows.filter(({ name }) => name === 'plain_tiny' || name === 'chat_one_word')) {
      const n = row.responseMask.slice(1).reduce((sum, value) => sum + value, 0);
      const gradient = (await engine.tokenPushes(asRecord(row))).map((value) => -value * n);
      expect(relative(gradient, await floats(`gradient.${row.index}`)), row.name).toBeLessThan(1e-4);
    }
  });

  test('a row has the push vector of its positions\' sum, alone and among others', async () => {
    const row = rows[3]!;
    const [alone] = await engine.pushes([asRecord(row)]);
    const [, , , among] = await engine.pushes(rows.slice(0, 6).map(asRecord));
    const tokens = await engine.tokenPushes(asRecord(row));
    const sum = Float32Array.from(alone!.push, (_, i) => row.ids.reduce((total, _id, t) => total + tokens[t * alone!.push.length + i]!, 0));
    expect(relative(sum, alone!.push)).toBeLessThan(1e-5);
    expect(relative(among!.push, alone!.push)).toBeLessThan(1e-4);
  });
});

describe('the expanded weights', () => {
  const files = () => readdirSync(join(cacheFolder, 'weights'));
  const pushWith = async (folder: string | null, log: string[] = []) => {
    const say = (message: string) => void log.push(message);
    const other = await Engine.open({ model: bundledModel, cacheFolder: folder, logger: { debug: say, info: say, warn: say, error: say } });
    const [{ push } = { push: new Float32Array() }] = await other.pushes([asRecord(rows[0]!)]);
    await other.dispose();
    return push;
  };

  test('lie once in the cache, are written anew when damaged, and held in memory where there is no folder', async () => {
    const [name, ...others] = files();
    expect(others).toEqual([]);
    const log: string[] = [];
    const push = await pushWith(cacheFolder, log);
    expect(log.join()).not.toContain('expanded weights');
    truncateSync(join(cacheFolder, 'weights', name!), 1000);
    expect(await pushWith(cacheFolder, log)).toEqual(push);
    expect(log.join('\n')).toMatch(/damaged and is written anew\n.*MB of expanded weights/);
    expect(files()).toEqual([name]);
    expect(await pushWith(null)).toEqual(push);
  });

  test('a folder that cannot be written is said, and push goes on', async () => {
    const log: string[] = [];
    await pushWith('/dev/null', log);
    expect(log.join('\n')).toMatch(/held in memory, because the cache folder does not take them/);
  });
});
