import fc from 'fast-check';
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { describe, expect, test } from 'vitest';
import type { RecordVectors } from '../../../src/core/types';
import { readSegment, roundTrip, StoreError, writeSegment } from '../../../src/store';
import { decodeHalves } from '../../../src/store/halves';
import { vectorsTable } from '../../../src/store/rows';
import { readMetadata, readTable } from '../../../src/store/segmentReader';
import { writeTable } from '../../../src/store/segmentWriter';
import { hashOf, hookPoint, keyOf, rowOf, rowsFrom } from './support';

const key = keyOf('m');
const widths: Record<string, number> = { 'blocks.3.hook_resid_post': 4, [hookPoint]: 7 };

const vector = (length: number) => fc.float32Array({ minLength: length, maxLength: length, noNaN: true, noDefaultInfinity: true });
const vectors = fc.record(Object.fromEntries(Object.entries(widths).map(([name, width]) => [name, vector(width)])), { requiredKeys: [], noNullPrototype: true });
const latents = fc.uniqueArray(fc.nat(0xffff), { maxLength: 20 }).map((index) => ({
  index: Uint16Array.from(index).sort(),
  value: Float32Array.from(index, (i) => i / 3),
}));
const count = fc.nat(100_000);
/** Records with any part missing. */
const record: fc.Arbitrary<RecordVectors> = fc
  .record(
    {
      hash: fc.nat(1_000_000).map(hashOf),
      activation: vectors,
      prompt: vectors,
      last: vectors,
      loss: fc.double({ noNaN: true }),
      tokens: count,
      responseTokens: count,
      latents: fc.dictionary(fc.constantFrom(hookPoint, 'blocks.9.hook_resid_post'), latents, { noNullPrototype: true }),
      perTurn: fc.array(fc.record({ turn: fc.nat(50), responseTokens: count, activation: vectors }), { maxLength: 3 }),
    },
    { requiredKeys: ['hash', 'activation', 'prompt', 'last', 'tokens', 'responseTokens', 'latents', 'perTurn'], noNullPrototype: true },
  )
  .map((made) => made as RecordVectors);
const records = fc.uniqueArray(record, { selector: ({ hash }) => hash, maxLength: 12 });

describe('a segment', () => {
  test('gives back what the round trip gives, and the key', async () => {
    await fc.assert(
      fc.asyncProperty(records, async (rows) => {
        expect(await readSegment(writeSegment(key, rows))).toEqual({ key, rows: roundTrip(rows) });
      }),
    );
  });

  test('holds more rows than one group, in order', async () => {
    const rows = rowsFrom(0, 700);
    expect((await readSegment(writeSegment(key, rows))).rows).toEqual(roundTrip(rows));
  });

  test('equal rows give equal bytes, other rows another digest', () => {
    const written = (count: number) => writeTable(vectorsTable(key, rowsFrom(0, count)));
    expect(written(5)).toEqual(written(5));
    expect(written(5).digest).not.toBe(written(6).digest);
  });

  test('of a row that comes twice the first stays', async () => {
    const [first, second] = [rowOf(1), { ...rowOf(2), hash: rowOf(1).hash }];
    expect((await readSegment(writeSegment(key, [first, second]))).rows).toEqual(roundTrip([first]));
  });

  test('vectors of two widths at one hook point are a bug, as is a hash that is none', () => {
    expect(() => writeSegment(key, [rowOf(1, 8), rowOf(2, 9)])).toThrow(/8 and 9/);
    expect(() => writeSegment(key, [{ ...rowOf(1), hash: 'abc' }])).toThrow(/SHA-256/);
  });
});

describe('the round trip', () => {
  test('of a round trip changes nothing, push vectors as the others', () => {
    const rows = [{ ...rowOf(0), push: { [hookPoint]: Float32Array.of(1 / 3) }, loss: 1 / 3 }];
    const once = roundTrip(rows);
    expect(roundTrip(once)).toEqual(once);
    expect(once[0]!.loss).toBe(1 / 3);
    expect(once[0]!.push![hookPoint]![0]).toBeCloseTo(1 / 3, 3);
    expect(once[0]!.activation).not.toEqual(rows[0]!.activation);
  });
});

describe('as plain Parquet', () => {
  const rows = rowsFrom(0, 300);
  const file = writeSegment(key, rows).slice().buffer;

  test('has row groups of 128, fixed-length columns, no statistics, and says how it is encoded', () => {
    const { row_groups, schema, key_value_metadata } = parquetMetadata(file);
    expect(row_groups.map(({ num_rows }) => num_rows)).toEqual([128n, 128n, 44n]);
    expect(row_groups.flatMap(({ columns }) => columns).filter(({ meta_data }) => meta_data?.statistics || meta_data?.codec !== 'UNCOMPRESSED')).toEqual([]);
    expect(schema.find(({ name }) => name === 'activation_0')).toMatchObject({ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 32 });
    const about = JSON.parse(key_value_metadata!.find(({ key: name }) => name === 'persona-lens')!.value!) as object;
    expect(about).toMatchObject({ format: 1, kind: 'vectors', hookPoints: [hookPoint], dModel: [16] });
  });

  test('opens with a reader that knows nothing of it', async () => {
    const [row] = (await parquetReadObjects({ file, utf8: false, rowStart: 200, rowEnd: 201 })) as [Record<string, Uint8Array & number>];
    expect(Buffer.from(row.hash!).toString('hex')).toBe(hashOf(200));
    expect(row.tokens).toBe(210);
    expect(decodeHalves({ scale: row.last_0_scale!, bytes: row.last_0! })).toEqual(roundTrip(rows)[200]!.last[hookPoint]);
  });
});

describe('only what is asked for is read', () => {
  const bytes = writeSegment(key, rowsFrom(0, 1280));

  async function bytesRead(groups: number[], names?: string[]) {
    let read = 0;
    const file = {
      byteLength: bytes.length,
      slice(start: number, end = bytes.length) {
        read += end - start;
        return new Uint8Array(bytes.subarray(start, end)).buffer;
      },
    };
    const segment = await readMetadata(file);
    read = 0;
    const { columns } = await readTable(file, segment, groups, names);
    return { read, columns };
  }

  test('one group of ten is a tenth of the bytes', async () => {
    const { read, columns } = await bytesRead([7]);
    expect(read / bytes.length).toBeGreaterThan(0.05);
    expect(read / bytes.length).toBeLessThan(0.12);
    expect(columns[0]!.map((cell) => Buffer.from(cell as Uint8Array).toString('hex'))).toEqual(rowsFrom(7 * 128, 128).map(({ hash }) => hash));
  });

  test('the hashes are little more than the hashes', async () => {
    const { read } = await bytesRead([0, 1], ['hash']);
    expect(read).toBeGreaterThanOrEqual(2 * 128 * 32);
    expect(read).toBeLessThan(2 * 128 * 32 + 200);
  });
});

describe('damage', () => {
  const rows = rowsFrom(0, 3);
  const bytes = writeSegment(key, rows);
  const good = roundTrip(rows);

  test('a bit anywhere: refused, or it did not matter', async () => {
    let refused = 0;
    for (let at = 0; at < bytes.length; at++) {
      const damaged = bytes.slice();
      damaged[at]! ^= 1 << at % 8;
      const read = await readSegment(damaged, 'reference.parquet').catch((error: unknown) => error);
      if (read instanceof StoreError) {
        expect(read).toMatchObject({ reason: 'damaged', message: expect.stringContaining('reference.parquet is not') as string });
        refused++;
      } else {
        expect(read).toEqual({ key, rows: good });
      }
    }
    // Only the leading magic is not looked at.
    expect(refused).toBe(bytes.length - 4);
  });

  test('any length but the right one', async () => {
    for (let length = 0; length < bytes.length; length++) await expect(readSegment(bytes.subarray(0, length))).rejects.toThrow(StoreError);
    await expect(readSegment(Buffer.concat([bytes, bytes]).subarray(0, bytes.length + 9))).rejects.toThrow(StoreError);
  });
});
