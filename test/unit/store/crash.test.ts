import { cpSync } from 'node:fs';
import type * as fs from 'node:fs/promises';
import { expect, test, vi } from 'vitest';
import { roundTrip, VectorStore } from '../../../src/store';
import { mostSegments } from '../../../src/store/compaction';
import { gibibyte, keyOf, recordingLogger, rowOf, rowsFrom, segmentFiles, temporaryFolder } from './support';

/** A process that dies after some changes of the disk: the next one does not happen (of a write, half of it does), nor any after it. */
const process = vi.hoisted(() => {
  const state = { stepsLeft: Infinity, dead: false };
  return {
    state,
    step() {
      state.dead ||= --state.stepsLeft < 0;
      if (state.dead) throw new Error('killed');
    },
  };
});

vi.mock('node:fs/promises', async (importOriginal) => {
  const original = await importOriginal<typeof fs>();
  const stepping = (name: string, call: (...all: unknown[]) => unknown) => async (...all: unknown[]) => {
    try {
      process.step();
    } catch (killed) {
      if (name === 'writeFile' && process.state.stepsLeft === -1) await call((all[0] as Uint8Array).slice(0, (all[0] as Uint8Array).length / 2));
      throw killed;
    }
    return call(...all);
  };
  const handle = (real: fs.FileHandle) =>
    new Proxy(real, {
      get(target, name: string) {
        const value: unknown = target[name as keyof fs.FileHandle];
        if (typeof value !== 'function') return value;
        const call = value.bind(target) as (...all: unknown[]) => unknown;
        return name === 'writeFile' || name === 'sync' ? stepping(name, call) : call;
      },
    });
  const changes = ['mkdir', 'rename', 'unlink', 'utimes'] as const;
  const create = stepping('open', async (...all) => handle(await original.open(...(all as [string, string]))));
  return {
    ...original,
    ...Object.fromEntries(changes.map((name) => [name, stepping(name, original[name] as never)])),
    open: (path: string, flags: string) => (flags === 'r' ? original.open(path, flags) : create(path, flags)),
  };
});

const key = keyOf('m');

async function running<T>(steps: number, run: () => Promise<T>): Promise<T> {
  Object.assign(process.state, { stepsLeft: steps, dead: false });
  try {
    return await run();
  } finally {
    Object.assign(process.state, { stepsLeft: Infinity, dead: false });
  }
}

test('killed at any change of a put that compacts: what was put before is there, the rest is whole or absent', async () => {
  const before = await temporaryFolder();
  const store = await VectorStore.open({ folder: before, maxBytes: gibibyte });
  for (let i = 0; i < mostSegments; i++) await store.put(key, [rowOf(i)]);
  const all = rowsFrom(0, mostSegments + 3);
  const expected = new Map(roundTrip(all).map((row) => [row.hash, row]));

  let steps = 0;
  const outcomes = new Set<number>();
  for (let finished = false; !finished; steps++) {
    const folder = await temporaryFolder();
    cpSync(before, folder, { recursive: true });
    const dying = await VectorStore.open({ folder, maxBytes: gibibyte });
    finished = await running(steps, async () => {
      await dying.put(key, all.slice(mostSegments)).catch(() => {});
      return !process.state.dead;
    });

    const logger = recordingLogger();
    const later = await VectorStore.open({ folder, maxBytes: gibibyte, logger });
    const found = await later.get(key, all.map(({ hash }) => hash));
    for (const [hash, row] of found) expect(row).toEqual(expected.get(hash));
    expect([mostSegments, mostSegments + 3]).toContain(found.size);
    expect(logger.warnings).toEqual([]);
    outcomes.add(found.size);
    if (finished) expect(await segmentFiles(folder, key)).toHaveLength(1);
  }
  expect(outcomes.size).toBe(2);
  // Two new segments, the key's time, 17 removals.
  expect(steps).toBe(5 + 1 + 5 + 17 + 1);
});
