import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordVectors } from '../../../src/core/types';
import { roundTrip, VectorStore } from '../../../src/store';
import { mergePlan, mostSegments } from '../../../src/store/compaction';
import { segmentFile } from '../../../src/store/segmentName';
import { writeTable } from '../../../src/store/segmentWriter';
import { concatTables } from '../../../src/store/table';
import { vectorsTable } from '../../../src/store/rows';
import { gibibyte, hashOf, keyOf, rowOf, rowsFrom, segmentFiles, temporaryFolder } from './support';

const key = keyOf('m');
const digestOf = (rows: RecordVectors[]) => writeTable(vectorsTable(key, rows)).digest;
const mebibyte = 2 ** 20;

describe('the plan', () => {
  const sizes = fc.array(fc.oneof(fc.integer({ min: 1, max: 4 * mebibyte }), fc.integer({ min: 1, max: 200 * mebibyte })), { maxLength: 120 });
  const named = (bytes: number[]) => bytes.map((size, i) => ({ file: `${i}`, bytes: size }));

  test('merges no segment twice, none alone, and nothing larger than memory should hold', () => {
    fc.assert(
      fc.property(sizes, (bytes) => {
        const plan = mergePlan(named(bytes));
        expect(new Set(plan.flat()).size).toBe(plan.flat().length);
        for (const files of plan) {
          expect(files.length).toBeGreaterThan(1);
          expect(files.reduce((sum, file) => sum + bytes[Number(file)]!, 0)).toBeLessThanOrEqual(64 * mebibyte);
        }
      }),
    );
  });

  test('leaves few small segments, and each row is written few times', () => {
    const segments: number[] = [];
    let written = 0;
    const [puts, size] = [20_000, 0.7 * mebibyte];
    for (let put = 0; put < puts; put++) {
      segments.push(size);
      for (const files of mergePlan(named(segments))) {
        const merged = files.map((file) => segments[Number(file)]!).reduce((a, b) => a + b);
        written += merged;
        for (const file of files) segments[Number(file)] = 0;
        segments.push(merged);
      }
      segments.splice(0, segments.length, ...segments.filter((bytes) => bytes > 0));
    }
    expect(segments.filter((bytes) => bytes < 32 * mebibyte).length).toBeLessThanOrEqual(2 * mostSegments);
    expect(written / (puts * size)).toBeLessThan(3);
  });
});

describe('compaction', () => {
  test('comes by itself when there are many segments, and changes no row', async () => {
    const folder = await temporaryFolder();
    const store = await VectorStore.open({ folder, maxBytes: gibibyte });
    const rows = rowsFrom(0, 150);
    for (let i = 0; i < mostSegments; i++) await store.put(key, rows.slice(5 * i, 5 * i + 5));
    expect(await segmentFiles(folder, key)).toHaveLength(mostSegments);
    await store.put(key, rows.slice(5 * mostSegments));
    expect(await segmentFiles(folder, key)).toHaveLength(1);
    const later = await VectorStore.open({ folder, maxBytes: gibibyte });
    for (const reader of [store, later]) expect(await reader.get(key, rows.map(({ hash }) => hash))).toEqual(new Map(roundTrip(rows).map((row) => [row.hash, row])));
  });

  test('merges losses too', async () => {
    const folder = await temporaryFolder();
    const store = await VectorStore.open({ folder, maxBytes: gibibyte });
    await store.put(key, rowsFrom(0, 30));
    for (let i = 0; i < 20; i++) await store.putLosses(key, [{ hash: hashOf(i), loss: i }]);
    expect((await segmentFiles(folder, key)).filter((file) => file.startsWith('losses'))).toHaveLength(4);
    const found = await store.get(key, rowsFrom(0, 30).map(({ hash }) => hash));
    expect([...found.values()].map(({ loss }) => loss).sort()).toEqual([...Array(20).keys(), ...Array<undefined>(10)].sort());
  });

  test('drops rows that stand twice', async () => {
    const folder = await temporaryFolder();
    const store = await VectorStore.open({ folder, maxBytes: gibibyte });
    for (let i = 0; i <= mostSegments; i++) await store.put(key, [rowOf(0), rowOf(i + 1)]);
    expect((await store.info()).records).toBe(mostSegments + 2);
  });

  test('does not remove its own result where one segment held all rows', async () => {
    const folder = await temporaryFolder();
    const store = await VectorStore.open({ folder, maxBytes: gibibyte });
    // Small ones come first in order of name, so rows in that order, and one more, merge to the segment that holds them all.
    const small = rowsFrom(0, mostSegments).sort((a, b) => (digestOf([a]) < digestOf([b]) ? -1 : 1));
    const all = [...small, rowOf(mostSegments)];
    await store.put(key, all);
    for (const row of small) await store.put(key, [row]);
    expect(await segmentFiles(folder, key)).toEqual([segmentFile('vectors', all.length, digestOf(all))]);
    expect((await store.get(key, all.map(({ hash }) => hash))).size).toBe(all.length);
  });

  test('of tables copies what is stored, first come first kept', () => {
    const [a, b] = [rowOf(1), rowOf(2)];
    const other = { ...rowOf(3), hash: a.hash };
    const merged = concatTables([vectorsTable(key, [a]), vectorsTable(key, [other, b])]);
    expect(merged).toEqual(vectorsTable(key, [a, b]));
  });

  test('keeps segments of unlike layout apart', async () => {
    const folder = await temporaryFolder();
    const store = await VectorStore.open({ folder, maxBytes: gibibyte });
    const rows = rowsFrom(0, mostSegments + 1).map((row, i) => (i < 2 ? { ...row, activation: { other: Float32Array.of(1) } } : row));
    for (const row of rows) await store.put(key, [row]);
    expect(await segmentFiles(folder, key)).toHaveLength(2);
    expect(await store.get(key, rows.map(({ hash }) => hash))).toEqual(new Map(roundTrip(rows).map((row) => [row.hash, row])));
  });
});
