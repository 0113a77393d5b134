import { expect, test } from 'vitest';
import { vectorKey } from '../../../src/audit/keys';
import { silentLogger } from '../../../src/base/logger';
import type { RecordTokenizer } from '../../../src/core/text';
import type { Engine } from '../../../src/engine/engine';
import { VectorStore } from '../../../src/store';
import { temporaryFolder } from '../../support/auditing';
import { hashOf, rowOf } from '../store/rows';

const tokenizer = { tokenizer: { hash: 't' }, templateHash: 'c' } as RecordTokenizer;
const on = (device: string) => ({ info: { modelHash: 'm', precision: 'q4_1', device }, model: { hookPoint: 'blocks.15.hook_resid_post', sae: null, config: { maxPositions: 2048 } } }) as unknown as Engine;

test('vectors of one device never answer for the other', async () => {
  const folder = temporaryFolder();
  try {
    const store = await VectorStore.open({ folder: folder.path, maxBytes: 1e9, logger: silentLogger });
    const [cpu, webgpu] = ['CPU', 'WebGPU'].map((device) => vectorKey(on(device), tokenizer, 512)) as [ReturnType<typeof vectorKey>, ReturnType<typeof vectorKey>];
    await store.put(cpu, [rowOf(1)]);
    expect((await store.get(cpu, [hashOf(1)])).size).toBe(1);
    expect((await store.get(webgpu, [hashOf(1)])).size).toBe(0);
  } finally {
    folder.remove();
  }
});
