import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GraphBuilder, emptyGraph } from '../../../src/core/onnx';
import { EngineError } from '../../../src/engine/errors';
import { type Feed, OrtSession, runtimeVersion } from '../../../src/engine/ortSession';
import { folderWith, refusal } from '../../support/folder';

const cpu = { device: 'cpu', threads: 1 } as const;

/** picked = x[index] times factor, for x `[n, 3]`, index `[m]`, factor `[1]`; last = weights + 0, also `[m]`; free = pool + 0, `[a, b]`. */
function graph() {
  const builder = new GraphBuilder(emptyGraph());
  const rows = builder.op('Gather', [builder.input('x', 'float32', ['n', 3]), builder.input('index', 'int64', ['m'])]);
  const factor = builder.op('Cast', [builder.input('factor', 'int32', [1])], { to: 1 });
  builder.output(builder.op('Mul', [rows, factor], {}, 'picked'));
  builder.output(builder.op('Add', [builder.input('weights', 'float32', ['m']), builder.scalar(0)], {}, 'last'));
  builder.output(builder.op('Add', [builder.input('pool', 'float32', ['a', 'b']), builder.scalar(0)], {}, 'free'));
  return builder.graph;
}
const feeds = (): Record<string, Feed> => ({
  x: { data: Float32Array.of(1, 2, 3, 4, 5, 6), dims: [2, 3] },
  index: { data: BigInt64Array.of(1n, 0n, 1n, 1n), dims: [4] },
  factor: { data: Int32Array.of(10), dims: [1] },
  weights: { data: Float32Array.of(1, 2, 3, 4), dims: [4] },
  pool: { data: Float32Array.of(1, 2), dims: [2, 1] },
});

let session: OrtSession;
beforeAll(async () => {
  session = await OrtSession.create(graph(), cpu);
});
afterAll(() => session.release());

const refused = (changed: Record<string, Feed>) => refusal(session.run(changed), EngineError);

describe('OrtSession', () => {
  test('runs the graph and gives the outputs that are asked for', async () => {
    const result = await session.run(feeds());
    expect(result['picked']).toEqual({ data: Float32Array.of(40, 50, 60, 10, 20, 30, 40, 50, 60, 40, 50, 60), dims: [4, 3] });
    expect(Object.keys(result)).toEqual(['picked', 'last', 'free']);
    expect(Object.keys(await session.run(feeds(), ['last']))).toEqual(['last']);
  });

  test('takes batches of no tokens', async () => {
    const none = { ...feeds(), index: { data: new BigInt64Array(0), dims: [0] }, weights: { data: new Float32Array(0), dims: [0] } };
    expect((await session.run(none))['picked']!.dims).toEqual([0, 3]);
  });

  describe('refuses what does not fit the graph before the native call, and names the input', () => {
    const arrays = { Float32Array, Int32Array, BigInt64Array };
    const name = fc.constantFrom(...Object.keys(feeds()));
    /** One input of the right feeds made wrong. */
    const wrong = name.chain((input) => {
      const right = feeds()[input]!;
      const kinds = Object.values(arrays).filter((kind) => !(right.data instanceof kind));
      return fc
        .oneof(
          fc.constantFrom(...kinds).map((kind): Feed => ({ ...right, data: new kind(right.data.length) })),
          fc.constantFrom(Uint8Array, Float64Array, BigUint64Array, Array).map((kind): Feed => ({ ...right, data: new kind(right.data.length) as unknown as Float32Array })),
          fc.array(fc.nat(9), { maxLength: 4 }).filter((dims) => dims.length !== right.dims.length).map((dims): Feed => ({ ...right, dims })),
          fc.nat(40).filter((length) => length !== right.data.length).map((length): Feed => ({ ...right, data: new (right.data.constructor as typeof Float32Array)(length) })),
          fc.constantFrom(-1, 1.5, NaN, Infinity, 2 ** 60).map((dim): Feed => ({ ...right, dims: [dim, ...right.dims.slice(1)] })),
          fc.constant({ ...right, dims: right.dims.map((dim) => -dim) }),
        )
        .map((feed) => ({ input, feed }));
    });

    test('a wrong type, rank, shape or number of elements', async () => {
      await fc.assert(
        fc.asyncProperty(wrong, async ({ input, feed }) => {
          const error = await refused({ ...feeds(), [input]: feed });
          expect(error.reason).toBe('bad-input');
          expect(error.message).toContain(`input ${input}`);
        }),
        { numRuns: 300 },
      );
    });

    test('sizes of one name that differ between inputs', async () => {
      expect((await refused({ ...feeds(), weights: { data: Float32Array.of(1, 2), dims: [2] } })).message).toBe('input weights: dimension 0 is 2, and m is 4');
      expect((await refused({ ...feeds(), x: { data: new Float32Array(8), dims: [2, 4] } })).message).toBe('input x: dimension 1 is 4, and 3 is 3');
    });

    test('an input that is missing', async () => {
      for (const missing of Object.keys(feeds())) {
        const rest = Object.fromEntries(Object.entries(feeds()).filter(([input]) => input !== missing));
        expect(await refused(rest)).toMatchObject({ reason: 'bad-input', message: expect.stringContaining(`input ${missing} `) as string });
      }
    });

    test.each(['y', '', 'toString', '__proto__', 'constructor'])('an input that the graph does not have: %j', async (extra) => {
      const given = Object.fromEntries([...Object.entries(feeds()), [extra, feeds()['x']!]]);
      expect(await refused(given)).toMatchObject({ reason: 'bad-input', message: `the graph has no input ${extra}` });
    });
  });

  test('what the runtime itself refuses is an EngineError, and the session goes on', async () => {
    const beyond = { ...feeds(), index: { data: BigInt64Array.of(0n, 1n, 2n, 3n), dims: [4] } };
    expect((await refused(beyond)).reason).toBe('run-failed');
    expect((await refusal(session.run(feeds(), ['nothing']), EngineError)).reason).toBe('run-failed');
    expect((await session.run(feeds()))['last']!.data).toEqual(Float32Array.of(1, 2, 3, 4));
  });

  test('a graph that the runtime cannot load is an EngineError', async () => {
    const unknown = new GraphBuilder(emptyGraph());
    unknown.output(unknown.contrib('NoSuchOperator', [unknown.input('x', 'float32', ['n'])], {}, 'y'));
    const absent = new GraphBuilder(emptyGraph());
    const weights = absent.external('W', 'float32', [1], { file: `${folderWith()}/none.bin`, offset: 0, length: 4 });
    absent.output(absent.op('Add', [weights, absent.input('x', 'float32', ['n'])], {}, 'y'));
    for (const { graph: bad } of [unknown, absent]) expect((await refusal(OrtSession.create(bad, cpu), EngineError)).reason).toBe('could-not-load');
  });

  test('the runtime says its version', async () => {
    expect(await runtimeVersion()).toMatch(/^onnxruntime-node \d+\.\d+/);
  });
});
