import { expect, test } from 'vitest';
import { roundTrip, VectorStore } from '../../../src/store';
import { gibibyte, hashOf, keyOf, rowOf, segmentFiles, temporaryFolder } from './support';

const rows = 10_000;
const batch = 64;

/** Printed, not asserted: machines differ. */
test.each([0, 1500])('10,000 rows of 3 vectors of 576, %d latents', async (active) => {
  const folder = await temporaryFolder();
  const key = keyOf('m');
  const print = (what: string, since: number) => console.log(`${active} latents: ${what} ${(performance.now() - since).toFixed(0)} ms`);
  const made = Array.from({ length: rows }, (_, i) => rowOf(i, 576, active));

  let start = performance.now();
  roundTrip(made);
  print('round trip', start);

  const store = await VectorStore.open({ folder, maxBytes: gibibyte });
  start = performance.now();
  const puts: number[] = [];
  for (let i = 0; i < rows; i += batch) {
    const one = performance.now();
    await store.put(key, made.slice(i, i + batch));
    puts.push(performance.now() - one);
  }
  print(`${puts.length} puts (longest ${Math.max(...puts).toFixed(0)})`, start);
  console.log(`${(await segmentFiles(folder, key)).length} segments, ${((await store.info()).bytes / 2 ** 20).toFixed(0)} MiB`);

  const hashes = made.map(({ hash }) => hash);
  for (const state of ['fresh', 'warm']) {
    const reader = state === 'fresh' ? await VectorStore.open({ folder, maxBytes: gibibyte }) : store;
    start = performance.now();
    await reader.get(key, [hashOf(4321)]);
    print(`${state}: one row`, start);
    start = performance.now();
    await reader.get(key, [hashOf(1234)]);
    print(`${state}: one more row`, start);
    start = performance.now();
    expect((await reader.get(key, hashes)).size).toBe(rows);
    print(`${state}: all rows`, start);
  }
});
