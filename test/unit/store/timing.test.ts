import { expect, test } from 'vitest';
import { roundTrip, VectorStore } from '../../../src/store';
import { gibibyte, hashOf, keyOf, rowOf, segmentFiles, temporaryFolder } from './support';

const rows = 10_000;
const batch = 64;

/** Printed, not asserted: machines differ. CPU time is beside it because a test shares its machine. */
test.each([0, 1500])('10,000 rows of 3 vectors of 576, %d latents', async (active) => {
  const folder = await temporaryFolder();
  const key = keyOf('m');
  const timed = async <T>(what: string, run: () => T | Promise<T>): Promise<T> => {
    const [start, cpu] = [performance.now(), process.cpuUsage()];
    const result = await run();
    const { user, system } = process.cpuUsage(cpu);
    console.log(`${active} latents: ${what}: ${(performance.now() - start).toFixed(0)} ms, ${((user + system) / 1000).toFixed(0)} ms CPU`);
    return result;
  };
  const some = Array.from({ length: 200 }, (_, i) => rowOf(i, 576, active));
  const made = Array.from({ length: rows }, (_, i) => ({ ...some[i % some.length]!, hash: hashOf(i) }));

  await timed('round trip', () => roundTrip(made));
  const store = await VectorStore.open({ folder, maxBytes: gibibyte });
  await timed(`puts of ${batch}`, async () => {
    for (let i = 0; i < rows; i += batch) await store.put(key, made.slice(i, i + batch));
  });
  console.log(`${(await segmentFiles(folder, key)).length} segments, ${((await store.info()).bytes / 2 ** 20).toFixed(0)} MiB`);

  const hashes = made.map(({ hash }) => hash);
  const reader = await VectorStore.open({ folder, maxBytes: gibibyte });
  await timed('one row, first look', () => reader.get(key, [hashOf(4321)]));
  await timed('one more row', () => reader.get(key, [hashOf(1234)]));
  expect((await timed('all rows', () => reader.get(key, hashes))).size).toBe(rows);
  expect((await timed('all rows again', () => reader.get(key, hashes))).size).toBe(rows);
});
