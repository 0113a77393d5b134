import { describe, expect, test } from 'vitest';
import { type Graph, GraphBuilder, emptyGraph, processorNodes, lowerForWebGpu } from '../../../src/core/onnx';
import { seeded } from '../../../src/core/probe';
import { matrix, run } from './support';

const random = seeded(7, 'lowering');
const floats = (n: number, next: () => number) => Float32Array.from({ length: n }, next);
const rows = Array.from({ length: 5 }, () => Array.from({ length: 64 }, random.normal));

/** y = x W^T with 4-bit W `[24, 64]`; float zero points unless told. */
function quantised(zeroPoints: 'float' | 'packed' | 'none' = 'float'): Graph {
  const builder = new GraphBuilder(emptyGraph());
  const [n, k, block] = [24, 64, 32];
  const groups = (n * k) / block;
  builder.input('x', 'float32', ['tokens', k]);
  builder.constant('q', 'uint8', [n, k / block, block / 2], Uint8Array.from({ length: (n * k) / 2 }, () => random.below(256)));
  builder.floats('d', [groups], floats(groups, () => 0.01 + 0.02 * random.uniform()));
  if (zeroPoints === 'float') builder.floats('z', [groups], floats(groups, () => 15 * random.uniform()));
  if (zeroPoints === 'packed') builder.constant('z', 'uint8', [n], Uint8Array.from({ length: n }, () => random.below(256)));
  builder.output(builder.contrib('MatMulNBits', ['x', 'q', 'd', ...(zeroPoints === 'none' ? [] : ['z'])], { K: k, N: n, bits: 4, block_size: block, accuracy_level: 0 }, 'y'));
  return builder.graph;
}

const operators = (graph: Graph) => graph.nodes.map(({ op, inputs }) => `${op}/${inputs.length}`);

describe('MatMulNBits with float zero points', () => {
  test('becomes one without, and a correction by blocks, of the same numbers', async () => {
    const graph = quantised();
    const lowered = lowerForWebGpu(graph);
    expect(operators(lowered).filter((op) => op.startsWith('MatMulNBits'))).toEqual(['MatMulNBits/3']);
    const expected = (await run(graph, { x: matrix(rows) }))['y']!;
    const got = (await run(lowered, { x: matrix(rows) }))['y']!;
    const largest = Math.max(...expected.map(Math.abs));
    expected.forEach((value, i) => expect(Math.abs(got[i]! - value)).toBeLessThan(2e-6 * largest));
  });

  test('is done once, and only where it is needed', () => {
    const once = lowerForWebGpu(quantised());
    expect(lowerForWebGpu(once)).toEqual(once);
    for (const kind of ['packed', 'none'] as const) {
      const graph = quantised(kind);
      expect(lowerForWebGpu(graph)).toEqual(graph);
    }
  });
});

test('attention stays fused unless the adapter wants it plain, of the same numbers', async () => {
  const builder = new GraphBuilder(emptyGraph());
  const [heads, keyHeads, width, time] = [4, 2, 16, 6];
  for (const [name, count] of [['q', heads], ['k', keyHeads], ['v', keyHeads]] as const) builder.input(name, 'float32', ['rows', 'time', count * width]);
  builder.input('last', 'int32', ['rows']);
  builder.input('longest', 'int32', [1]);
  const table = (name: string, turn: (angle: number) => number) => builder.floats(name, [8, width / 2], Float32Array.from({ length: 4 * width }, (_, i) => turn(Math.floor(i / 8) / (1 + (i % 8)))));
  builder.node('GroupQueryAttention', ['q', 'k', 'v', '', '', 'last', 'longest', table('cos', Math.cos), table('sin', Math.sin)], ['y', 'present_k', 'present_v'], { num_heads: heads, kv_num_heads: keyHeads, do_rotary: 1, scale: { float: 0.25 } }, 'com.microsoft');
  builder.output('y');
  const draw = (count: number) => ({ data: floats(2 * time * count * width, random.normal), dims: [2, time, count * width] });
  const feeds = { q: draw(heads), k: draw(keyHeads), v: draw(keyHeads), last: { data: Int32Array.of(5, 5), dims: [2] }, longest: { data: Int32Array.of(time), dims: [1] } };
  const plain = lowerForWebGpu(builder.graph, { plainAttention: true });
  expect(plain.nodes.some(({ domain }) => domain !== '')).toBe(false);
  expect(lowerForWebGpu(builder.graph)).toEqual(builder.graph);
  const [expected, got] = [await run(builder.graph, feeds), await run(plain, feeds)];
  got['y']!.forEach((value, i) => expect(value).toBeCloseTo(expected['y']![i]!, 5));
});

test('LogSoftmax becomes operators of the same numbers, far from overflow', async () => {
  const builder = new GraphBuilder(emptyGraph());
  builder.output(builder.op('LogSoftmax', [builder.input('x', 'float32', ['n', 3])], { axis: -1 }, 'y'));
  const x = { x: matrix([[1, 2, 3], [1000, 1000, 999], [-1e4, 0, 1e4]]) };
  const lowered = lowerForWebGpu(builder.graph);
  expect(lowered.nodes.some(({ op }) => op === 'LogSoftmax')).toBe(false);
  const [expected, got] = [await run(builder.graph, x), await run(lowered, x)];
  got['y']!.forEach((value, i) => expect(value).toBeCloseTo(expected['y']![i]!, 5));
});

test('what stays on the processor: nodes on stored halves, up to the cast, and the turns of positions', () => {
  const builder = new GraphBuilder(emptyGraph());
  const table = builder.constant('table', 'float16', [4, 2], new Uint8Array(16));
  const gathered = builder.op('Gather', [table, builder.input('ids', 'int64', ['tokens'])]);
  builder.output(builder.op('Relu', [builder.op('Cast', [gathered], { to: 1 })], {}, 'y'));
  builder.output(builder.op('Cos', ['y']));
  builder.output(builder.op('Gather', [builder.floats('wide', [4, 2], new Float32Array(8)), 'ids'], {}, 'z'));
  const { nodes } = builder.graph;
  expect(processorNodes(builder.graph)).toEqual(nodes.filter((_, i) => i < 2 || i === 3).map(({ name }) => name));
});
