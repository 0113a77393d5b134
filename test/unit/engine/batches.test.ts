import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packedInputs } from '../../../src/core/model';
import type { TokenizedRecord } from '../../../src/core/types';
import { latentFeeds, sparseMeans } from '../../../src/engine/latents';
import { packBatch } from '../../../src/engine/packedBatch';
import { planPooling, poolingMatrix } from '../../../src/engine/pooling';

/** A record of tokens [id, turn, trains]. */
function record(tokens: [id: number, turn: number, trains: boolean][]): TokenizedRecord {
  const none = new Uint32Array(tokens.length);
  return {
    hash: '',
    ids: Int32Array.from(tokens, ([id]) => id),
    turnOf: Int16Array.from(tokens, ([, turn]) => turn),
    response: Uint8Array.from(tokens, ([, , trains]) => (trains ? 1 : 0)),
    charStart: none,
    charEnd: none,
    truncated: false,
    templateMarkers: false,
  };
}
const records = fc.array(fc.array(fc.tuple(fc.nat(49_151), fc.integer({ min: -1, max: 3 }), fc.boolean()), { minLength: 1, maxLength: 12 }).map(record), { minLength: 1, maxLength: 6 });
const numbers = (data: ArrayLike<number | bigint>) => Array.from(data, Number);

describe('packBatch', () => {
  test('padding and unpadding are inverse on tokens, and padding repeats a row\'s last token', () => {
    fc.assert(
      fc.property(records, (rows) => {
        const { feeds, starts, tokens } = packBatch(rows);
        const feed = (name: string) => numbers(feeds[name]!.data);
        const [ids, pad, unpad] = [feed(packedInputs.ids), feed(packedInputs.padIndex), feed(packedInputs.unpadIndex)];
        const [count, time] = feed(packedInputs.batchShape) as [number, number];
        expect([count, time, tokens]).toEqual([rows.length, Math.max(...rows.map((row) => row.ids.length)), ids.length]);
        expect(unpad.map((place) => pad[place])).toEqual([...ids.keys()]);
        const padded = pad.map((token) => ids[token]);
        rows.forEach((row, i) => {
          expect(ids.slice(starts[i], starts[i]! + row.ids.length)).toEqual([...row.ids]);
          const filled = padded.slice(i * time, (i + 1) * time);
          expect(filled).toEqual([...row.ids, ...new Array<number>(time - row.ids.length).fill(row.ids.at(-1)!)]);
        });
        expect(feed(packedInputs.lastPosition)).toEqual(rows.map((row) => row.ids.length - 1));
        expect(feed(packedInputs.longest)).toEqual([time]);
        for (const { data, dims } of Object.values(feeds)) expect(dims.reduce((product, dim) => product * dim, 1)).toBe(data.length);
      }),
    );
  });
});

describe('planPooling', () => {
  test('response, prompt without position 0, last, and each response turn where there are several', () => {
    const [t, r] = [true, false];
    expect(planPooling(record([[1, -1, r], [2, 0, r], [3, -1, r], [4, 1, t], [5, 1, t], [6, -1, r], [7, 3, t], [8, -1, r]]))).toEqual({
      response: [3, 4, 6],
      prompt: [1, 2],
      last: [6],
      turns: [{ turn: 1, positions: [3, 4] }, { turn: 3, positions: [6] }],
    });
    expect(planPooling(record([[1, 0, r], [2, 0, t], [3, 0, t]]))).toEqual({ response: [1, 2], prompt: [], last: [2], turns: [] });
    expect(planPooling(record([[1, 0, r], [2, 0, r], [3, 0, r]]))).toEqual({ response: [], prompt: [1, 2], last: [], turns: [] });
  });

  test('turns share the response among them; the prompt lies before it', () => {
    fc.assert(
      fc.property(records, (rows) => {
        for (const plan of rows.map(planPooling)) {
          if (plan.turns.length) expect(plan.turns.flatMap(({ positions }) => positions).sort((a, b) => a - b)).toEqual(plan.response);
          expect(plan.turns.length).not.toBe(1);
          expect(plan.last).toEqual(plan.response.slice(-1));
          expect(plan.prompt.every((position) => position > 0 && !(position >= plan.response[0]!))).toBe(true);
        }
      }),
    );
  });
});

describe('poolingMatrix', () => {
  test('has 1 / n at each group\'s positions; a group of none is a row of zeros', () => {
    expect(numbers(poolingMatrix([[0, 2], [], [1]], 3))).toEqual([0.5, 0, 0.5, 0, 0, 0, 0, 1, 0]);
  });
});

describe('latents', () => {
  test('response tokens of all rows are selected once, each row\'s mean from its own', () => {
    const plan = (response: number[]) => ({ response, prompt: [], last: [], turns: [] });
    const feeds = Object.values(latentFeeds([plan([4, 5]), plan([]), plan([1])], [4, 5, 11])).map(({ data, dims }) => [numbers(data), dims]);
    expect(feeds).toEqual([[[4, 5, 11], [3]], [[0.5, 0.5, 0, 0, 0, 0, 0, 0, 1], [3, 3]]]);
  });

  test('means are over the counted tokens, without zeros, with indices wide enough for the SAE', () => {
    const dense = new Float32Array(2 * 70_000);
    dense[70_000 + 3] = 1;
    dense[70_000 + 69_999] = 2;
    expect(sparseMeans(dense, 1, 70_000, 0.5)).toEqual({ index: Uint32Array.of(3, 69_999), value: Float32Array.of(2, 4) });
    expect(sparseMeans(dense, 0, 70_000, 0)).toEqual({ index: new Uint32Array(0), value: new Float32Array(0) });
    expect(sparseMeans(Float32Array.of(0, 1, 0, 3), 1, 2, 1)).toEqual({ index: Uint16Array.of(1), value: Float32Array.of(3) });
  });
});
