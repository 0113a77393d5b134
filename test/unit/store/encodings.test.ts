import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteCursor, ByteSink } from '../../../src/store/bytes';
import { decodeHalves, encodeHalves } from '../../../src/store/halves';
import { decodeLatents, encodeLatents } from '../../../src/store/latents';
import { decodeTurns, encodeTurns } from '../../../src/store/turns';

const stored = (values: Float32Array) => decodeHalves(encodeHalves(values));
const float = fc.float({ noNaN: true, noDefaultInfinity: true });

describe('varints', () => {
  test('round trip, one byte under 128', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffffffff })), (values) => {
        const sink = new ByteSink();
        for (const value of values) sink.varint(value);
        const cursor = new ByteCursor(sink.take());
        expect(values.map(() => cursor.varint())).toEqual(values);
        expect(cursor.done).toBe(true);
      }),
    );
    const sink = new ByteSink();
    sink.varint(127);
    expect(sink.take()).toEqual(Uint8Array.of(127));
  });

  test.each([-1, 0.5, 2 ** 32, NaN])('%d is refused', (value) => expect(() => new ByteSink().varint(value)).toThrow(/unsigned/));

  test('reading past the end throws', () => {
    expect(() => new ByteCursor(Uint8Array.of(0x80)).varint()).toThrow(/end/);
    expect(() => new ByteCursor(Uint8Array.of(1, 2)).take(3)).toThrow(/end/);
  });
});

describe('latents', () => {
  test.each([
    ['uint16', Uint16Array, 0xffff],
    ['uint32', Uint32Array, 0xffffffff],
  ] as const)('%s indices come back exactly, values as halves', (_, Index, max) => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max }), float), { selector: ([i]) => i, maxLength: 60 }), (latents) => {
        latents.sort(([a], [b]) => a - b);
        const means = { index: Index.from(latents.map(([i]) => i)), value: Float32Array.from(latents.map(([, value]) => value)) };
        expect(decodeLatents(encodeLatents(means))).toEqual({ index: means.index, value: stored(means.value) });
      }),
    );
  });

  test('three bytes a latent where half are active', () => {
    const index = Uint16Array.from({ length: 2000 }, (_, i) => 2 * i);
    expect(encodeLatents({ index, value: new Float32Array(2000).fill(0.5) }).length).toBe(3 * 2000 + 7);
  });

  test('indices that do not ascend, or a value missing, are a bug', () => {
    expect(() => encodeLatents({ index: Uint16Array.of(3, 3), value: new Float32Array(2) })).toThrow(/ascend/);
    expect(() => encodeLatents({ index: Uint16Array.of(3), value: new Float32Array(2) })).toThrow(/values/);
  });
});

test('turns round trip, each with the hook points it has', () => {
  const layout = { hookPoints: ['a', 'b'], dModel: [3, 5] };
  const vector = (length: number) => fc.float32Array({ minLength: length, maxLength: length, noNaN: true, noDefaultInfinity: true }).map(stored);
  const turns = fc.array(
    fc.record({
      turn: fc.nat(200_000),
      responseTokens: fc.nat(200_000),
      activation: fc.record({ a: vector(3), b: vector(5) }, { requiredKeys: [], noNullPrototype: true }),
    }),
  );
  fc.assert(
    fc.property(turns, (value) => {
      expect(decodeTurns(encodeTurns(value, layout), layout)).toEqual(value);
    }),
  );
});
