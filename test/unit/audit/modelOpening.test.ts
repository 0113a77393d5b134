import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ModelOpening } from '../../../src/audit/modelOpening';
import { Engine, type EngineOptions, type ModelIdentity } from '../../../src/engine/engine';

const engine = Object.create(Engine.prototype) as Engine;
const disposed = vi.fn();
let opened = false;
/** Opens as the engine does: on the GPU before it tells what it is, on the CPU after. */
const openOn = (device: 'cpu' | 'webgpu') =>
  vi.spyOn(Engine, 'open').mockImplementation(async ({ onIdentity }: EngineOptions) => {
    opened = device === 'webgpu';
    await onIdentity!(opened ? engine : ({ info: {} } as ModelIdentity));
    opened = true;
    return engine;
  });

beforeEach(() => {
  opened = false;
  disposed.mockReset();
  engine.dispose = async () => void disposed();
});
afterEach(() => vi.restoreAllMocks());

test('a model that nobody asked to run makes no session on the CPU, and has none to let go', async () => {
  openOn('cpu');
  const opening = await ModelOpening.begin({ model: 'm' });
  await opening.dispose();
  expect([opened, disposed.mock.calls.length]).toEqual([false, 0]);
});

test('one that was asked for is let go of, and so is one on the GPU in any case', async () => {
  openOn('cpu');
  const asked = await ModelOpening.begin({ model: 'm' });
  expect(await asked.engine()).toBe(engine);
  await asked.dispose();
  expect(disposed).toHaveBeenCalledTimes(1);
  openOn('webgpu');
  await (await ModelOpening.begin({ model: 'm' })).dispose();
  expect(disposed).toHaveBeenCalledTimes(2);
});
