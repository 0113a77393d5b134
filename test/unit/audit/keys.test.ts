import { expect, test } from 'vitest';
import { vectorKey, vectorKeyHash } from '../../../src/audit/keys';
import { silentLogger } from '../../../src/base/logger';
import type { RecordTokenizer } from '../../../src/core/text';
import type { Engine } from '../../../src/engine/engine';
import { VectorStore } from '../../../src/store';
import { temporaryFolder } from '../../support/auditing';
import { hashOf, rowOf } from '../store/rows';

const tokenizer = { tokenizer: { hash: 't' }, templateHash: 'c' } as RecordTokenizer;
const on = (device: string, adapter?: { hash: string; scale: number }) => ({ info: { modelHash: 'm', precision: 'q4_1', device, adapter }, model: { hookPoint: 'blocks.15.hook_resid_post', sae: null, config: { maxPositions: 2048 } } }) as unknown as Engine;

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

test('an adapter, and how much of it, make another key', () => {
  const keyOf = (adapter?: { hash: string; scale: number }) => vectorKeyHash(vectorKey(on('CPU', adapter), tokenizer, 512));
  const keys = [keyOf(), keyOf({ hash: 'a', scale: 0 }), keyOf({ hash: 'a', scale: 1 }), keyOf({ hash: 'b', scale: 1 })];
  expect(new Set(keys).size).toBe(4);
  expect(keyOf({ hash: 'a', scale: 1 })).toBe(keys[2]);
});
