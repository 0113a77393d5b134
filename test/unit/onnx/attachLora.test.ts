import { describe, expect, test } from 'vitest';
import { type Graph, GraphBuilder, type Initializer, type LowRank, attachLora, emptyGraph, loraScale } from '../../../src/core/onnx';
import { matrix, names, run } from './support';

const floats = (name: string, dims: number[], values: number[]): Initializer => ({ name, dtype: 'float32', dims, data: new Uint8Array(Float32Array.from(values).buffer) });
/** bf16 keeps the upper half of a float's bits. */
const halves = (name: string, dims: number[], values: number[]): Initializer => ({ name, dtype: 'bfloat16', dims, data: new Uint8Array(Uint16Array.from(new Uint32Array(Float32Array.from(values).buffer), (bits) => bits >> 16).buffer) });

const w = [[1, -1, 2], [0.5, 0, 1]];
const bias = [10, 20];
const a = [[1, 2, -1]];
const b = [[2], [-1]];
const x = [[1, 0, 2], [-1, 3, 0.5]];

/** y = 3 q, q = W x + b, W as `[out, in]` or as `[in, out]`. */
function linear({ inOut = false, biased = true } = {}): Graph {
  const builder = new GraphBuilder(emptyGraph());
  const stored = inOut ? builder.floats('W', [3, 2], [0, 1, 2].flatMap((i) => w.map((row) => row[i]!))) : builder.floats('W', [2, 3], w.flat());
  builder.op('Gemm', [builder.input('x', 'float32', ['tokens', 3]), stored, ...(biased ? [builder.floats('b', [2], bias)] : [])], { transB: inOut ? 0 : 1 }, 'q');
  builder.output(builder.op('Mul', ['q', builder.scalar(3)], {}, 'y'));
  return builder.graph;
}
const change = (more: Partial<LowRank> = {}): LowRank => ({ module: 'q', a: floats('q.lora_A', [1, 3], a.flat()), b: halves('q.lora_B', [2, 1], b.flat()), scaling: 4, ...more });
const run3 = (graph: Graph, scale: number) => run(graph, { x: matrix(x), [loraScale]: { data: Float32Array.of(scale), dims: [] } });

/** W + s c B A, and the rows' lengths. */
const tuned = (s: number) => w.map((row, i) => row.map((value, j) => value + 4 * s * b[i]![0]! * a[0]![j]!));
const times = (matrix: number[][], row: number[]) => matrix.map((weights) => weights.reduce((sum, weight, j) => sum + weight * row[j]!, 0));
const lengths = (matrix: number[][]) => matrix.map((row) => Math.hypot(...row));

describe('attachLora', () => {
  test('adds one scale for all and a branch beside the module, whose name is the changed output', () => {
    const graph = attachLora(linear(), [change()]);
    expect(names(graph).inputs).toEqual(['x', loraScale]);
    expect([...graph.initializers.keys()]).toEqual(expect.arrayContaining(['W', 'b', 'q.lora_A', 'q.lora_B']));
    const order = graph.nodes.flatMap(({ outputs }) => outputs);
    expect([order[0], ...order.slice(-2)]).toEqual(['q.before_lora', 'q', 'y']);
  });

  test.each([{}, { inOut: true }, { biased: false }])('%j: (W + s c B A) x + b', async (form) => {
    for (const scale of [0, 0.5, 1]) {
      const { y } = await run3(attachLora(linear(form), [change()]), scale);
      const expected = x.flatMap((row) => times(tuned(scale), row).map((value, i) => 3 * (value + (form.biased === false ? 0 : bias[i]!))));
      expected.forEach((value, i) => expect(y![i]).toBeCloseTo(value, 4));
    }
  });

  test.each([{}, { inOut: true }, { biased: false }])('%j with magnitudes: every row of W + s c B A in the length m', async (form) => {
    const m = [3, 5];
    const graph = attachLora(linear(form), [change({ magnitude: floats('q.lora_magnitude', [2], m) })]);
    for (const scale of [0, 0.5, 1]) {
      const { y } = await run3(graph, scale);
      const turned = tuned(scale).map((row, i) => row.map((value) => (value * m[i]!) / lengths(tuned(scale))[i]!));
      const expected = x.flatMap((row) => times(turned, row).map((value, i) => 3 * (value + (form.biased === false ? 0 : bias[i]!))));
      expected.forEach((value, i) => expect(y![i]).toBeCloseTo(value, 4));
    }
  });

  test('scale 0 is the graph without, to the last bit', async () => {
    expect((await run3(attachLora(linear(), [change()]), 0))['y']).toEqual((await run(linear(), { x: matrix(x) }))['y']);
  });

  test('a second adapter, a module that is not there, and magnitudes on four bits are refused', () => {
    expect(() => attachLora(attachLora(linear(), [change()]), [change()])).toThrow('two values named lora_scale');
    expect(() => attachLora(linear(), [change({ module: 'k' })])).toThrow('no node makes k');
    const builder = new GraphBuilder(emptyGraph());
    builder.contrib('MatMulNBits', [builder.input('x', 'float32', ['tokens', 3])], {}, 'q');
    expect(() => attachLora(builder.graph, [change({ magnitude: floats('m', [2], [1, 1]) })])).toThrow('DoRA on the quantised module q is not supported');
  });
});
