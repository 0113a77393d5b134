import { describe, expect, test } from 'vitest';
import { type Graph, GraphBuilder, emptyGraph, prune, reverse, unfuse } from '../../../src/core/onnx';
import { gradientRules } from '../../../src/core/onnx/gradients';
import { names, run } from './support';

type Values = { data: Float32Array; dims: number[] };

/** Values between -1 and 1 without a pattern, the same for the same shape. */
function values(...dims: number[]): Values {
  const size = dims.reduce((product, dim) => product * dim, 1);
  return { data: Float32Array.from({ length: size }, (_, i) => Math.sin(37 * i + 11 * dims.length + 1)), dims };
}

/** sum(y . seed) and its gradient by x against central differences; y is what `build` makes of x. */
async function check(x: Values, seed: Values, build: (builder: GraphBuilder, x: string) => string, rewrite: (graph: Graph) => { graph: Graph; cheap?: Set<string> } = (graph) => ({ graph })): Promise<void> {
  const builder = new GraphBuilder(emptyGraph());
  const input = builder.input('x', 'float32', x.dims.map((_, axis) => `d${axis}`));
  // The value that is differentiated by must be made by a node, as a residual stream is.
  const h = builder.op('Mul', [input, builder.scalar(1)], {}, 'h');
  builder.op('Identity', [build(builder, h)], {}, 'y');
  const plain = rewrite(builder.graph);
  const withSeed = new GraphBuilder(plain.graph);
  withSeed.input('seed', 'float32', seed.dims.map((_, axis) => `s${axis}`));
  const differentiated = reverse(plain.graph, { of: [{ value: 'y', seed: 'seed' }], by: 'h', gradient: 'gradient', ...(plain.cheap ? { recompute: plain.cheap } : {}) });
  const { gradient } = await run(prune(differentiated, ['gradient']), { x, seed });
  const forward = async (data: Float32Array) => (await run(prune(builder.graph, ['y']), { x: { ...x, data } }))['y']!.reduce((sum, y, i) => sum + y * seed.data[i]!, 0);
  const step = 1 / 64;
  for (let i = 0; i < x.data.length; i++) {
    const at = (offset: number) => forward(x.data.map((value, j) => (j === i ? value + offset : value)));
    const [plus, minus] = [await at(step), await at(-step)];
    expect(gradient![i], `element ${i}`).toBeCloseTo((plus - minus) / (2 * step), 2);
  }
}

describe('each rule against central differences', () => {
  const x = values(3, 4);
  const constant = (builder: GraphBuilder, { data, dims }: Values) => builder.floats('c', dims, data);
  const cases: Record<string, [seed: Values, build: (builder: GraphBuilder, x: string) => string, x?: Values]> = {
    Add: [values(3, 4), (b, h) => b.op('Add', [b.op('Add', [h, constant(b, values(4))]), h])],
    Sub: [values(3, 4), (b, h) => b.op('Sub', [b.op('Mul', [h, h]), h])],
    Mul: [values(3, 4), (b, h) => b.op('Mul', [b.op('Mul', [h, constant(b, values(4))]), h])],
    Div: [values(3, 4), (b, h) => b.op('Div', [h, b.op('Add', [b.op('Mul', [h, h]), b.scalar(2)])])],
    Neg: [values(3, 4), (b, h) => b.op('Neg', [b.op('Mul', [h, h])])],
    Identity: [values(3, 4), (b, h) => b.op('Identity', [b.op('Mul', [h, h])])],
    Clip: [values(3, 4), (b, h) => b.op('Clip', [b.op('Mul', [h, b.scalar(2)]), b.scalar(-0.9), b.scalar(1.1)])],
    Sigmoid: [values(3, 4), (b, h) => b.op('Sigmoid', [h])],
    Tanh: [values(3, 4), (b, h) => b.op('Tanh', [h])],
    Erf: [values(3, 4), (b, h) => b.op('Erf', [h])],
    MatMul: [values(1, 2, 3, 3), (b, h) => b.op('MatMul', [h, b.op('Transpose', [h], { perm: [0, 1, 3, 2] })]), values(1, 2, 3, 2)],
    Gemm: [values(3, 2), (b, h) => b.op('Gemm', [b.op('Gemm', [b.op('Mul', [h, h]), b.floats('w', [5, 4], values(5, 4).data)], { transB: 1, alpha: { float: 0.5 } }), b.floats('v', [5, 2], values(5, 2).data)])],
    Softmax: [values(3, 4), (b, h) => b.op('Softmax', [h], { axis: -1 })],
    ReduceSum: [values(3), (b, h) => b.op('ReduceSum', [b.op('Mul', [h, h]), b.ints(-1)], { keepdims: 0 })],
    ReduceLogSumExp: [values(3), (b, h) => b.op('ReduceLogSumExp', [h, b.ints(-1)], { keepdims: 0 })],
    LayerNormalization: [values(3, 4), (b, h) => b.op('LayerNormalization', [h, constant(b, values(4)), b.floats('offset', [4], values(1, 4).data)], { axis: -1, epsilon: { float: 1e-3 } })],
    SimplifiedLayerNormalization: [values(3, 4), (b, h) => b.op('SimplifiedLayerNormalization', [h, constant(b, values(4))], { axis: -1, epsilon: { float: 1e-3 }, stash_type: 1 })],
    Reshape: [values(4, 3), (b, h) => b.op('Reshape', [b.op('Mul', [h, h]), b.ints(4, 3)])],
    Squeeze: [values(3, 4), (b, h) => b.op('Squeeze', [b.op('Unsqueeze', [b.op('Mul', [h, h]), b.ints(1)]), b.ints(1)])],
    Unsqueeze: [values(3, 1, 4), (b, h) => b.op('Unsqueeze', [b.op('Mul', [h, h]), b.ints(1)])],
    Transpose: [values(4, 2, 3), (b, h) => b.op('Transpose', [b.op('Mul', [h, h])], { perm: [2, 0, 1] }), values(2, 3, 4)],
    Concat: [values(3, 8), (b, h) => b.op('Concat', [b.op('Mul', [h, h]), h], { axis: -1 })],
    Split: [values(3, 2), (b, h) => b.op('Mul', b.node('Split', [h], ['left', 'right'], { axis: -1, num_outputs: 2 }, ''))],
    Gather: [values(4, 4), (b, h) => b.op('Gather', [b.op('Mul', [h, h]), b.ints(2, 0, 2, 2)])],
  };

  test('there is a case for every rule', () => expect(Object.keys(cases).sort()).toEqual([...gradientRules.keys()].sort()));

  test.each(Object.entries(cases))('%s', async (_, [seed, build, own]) => check(own ?? x, seed, build));

  test('a part of a split that nothing depends on has the gradient zero', async () =>
    check(x, values(3, 2), (b, h) => b.op('Mul', [b.node('Split', [h], ['left', 'right'], { axis: -1, num_outputs: 2 }, '')[0]!, b.scalar(3)])));
});

describe('un-fused operators give the fused one\'s numbers and its gradient', () => {
  const noWeights = () => {
    throw new Error('nothing is quantised here');
  };
  const rewrite = (graph: Graph) => unfuse(graph, 'h', noWeights);

  /** Grouped attention with rotary embedding over one row of three tokens: 4 heads on 2 key-value heads, 16 wide. */
  const attention = (options: Record<string, number | { float: number }> = {}) => (b: GraphBuilder, h: string) => {
    const width = 16;
    const tables = ['cos', 'sin'].map((name) => b.floats(name, [8, width / 2], Float32Array.from({ length: 4 * width }, (_, i) => Math[name as 'cos' | 'sin'](Math.floor(i / 8) / (1 + (i % 8))))));
    const project = (name: string, heads: number) => b.op('Reshape', [b.op('Gemm', [h, b.floats(name, [heads * width, 4], values(heads * width, 4).data)], { transB: 1 }), b.ints(1, 3, heads * width)]);
    return b.node(
      'GroupQueryAttention',
      [project('wq', 4), project('wk', 2), project('wv', 2), '', '', b.constant('last', 'int32', [1], new Uint8Array(Int32Array.of(2).buffer)), b.constant('longest', 'int32', [1], new Uint8Array(Int32Array.of(3).buffer)), ...tables],
      ['attended', 'k', 'v'],
      { num_heads: 4, kv_num_heads: 2, do_rotary: 1, rotary_interleaved: 0, scale: { float: 0.25 }, ...options },
      'com.microsoft',
    )[0]!;
  };

  test.each<Record<string, number | { float: number }>>([{}, { local_window_size: 2 }, { softcap: { float: 0.5 } }])('GroupQueryAttention %j, its pattern recomputed', async (options) => check(values(3, 4), values(1, 3, 64), attention(options), rewrite));
  test('RotaryEmbedding of a part of each head', async () =>
    check(
      values(1, 3, 16),
      values(1, 3, 16),
      (b, h) => b.contrib('RotaryEmbedding', [h, b.ints(0), ...['cos', 'sin'].map((name) => b.floats(name, [3, 2], values(3, 2).data))], { num_heads: 2, interleaved: 0, rotary_embedding_dim: 4 }),
      rewrite,
    ));
  test.each(['none', 'tanh'])('Gelu, approximate %s', async (approximate) => check(values(3, 4), values(3, 4), (b, h) => b.op('Gelu', [h], { approximate }), rewrite));
  test('QuickGelu', async () => check(values(3, 4), values(3, 4), (b, h) => b.contrib('QuickGelu', [h], { alpha: { float: 1.702 } }), rewrite));
  test.each([
    ['SkipSimplifiedLayerNormalization', []],
    ['SkipLayerNormalization', ['offset']],
  ])('%s, by its sum and by its norm', async (type, offset) =>
    check(
      values(3, 4),
      values(3, 4),
      (b, h) => {
        const [norm, , , sum] = b.node(type, [h, b.op('Tanh', [h]), b.floats('g', [4], values(4).data), ...offset.map((name) => b.floats(name, [4], values(1, 4).data))], ['norm', '', '', 'sum'], { epsilon: { float: 1e-3 } }, 'com.microsoft');
        return b.op('Mul', [norm!, sum!]);
      },
      rewrite,
    ));

  test('what does not depend on the value stays fused', () => {
    const builder = new GraphBuilder(emptyGraph());
    const x = builder.input('x', 'float32', ['tokens', 4]);
    const before = builder.contrib('QuickGelu', [x], { alpha: { float: 1 } }, 'before');
    builder.op('Identity', [before], {}, 'h');
    builder.output(builder.contrib('QuickGelu', ['h'], { alpha: { float: 1 } }, 'y'));
    const { graph, cheap } = unfuse(builder.graph, 'h', noWeights);
    expect(graph.nodes.map(({ op }) => op)).toEqual(['QuickGelu', 'Identity', 'Sigmoid', 'Mul']);
    expect(cheap).toContain('y');
    expect(names(builder.graph).nodes).toEqual(['before', 'h', 'y']);
  });
});

describe('what has no gradient is refused by name', () => {
  const graphOf = (op: string, domain = '') => {
    const builder = new GraphBuilder(emptyGraph());
    builder.op('Identity', [builder.input('x', 'float32', ['n'])], {}, 'h');
    builder.node(op, ['h'], ['y'], {}, domain);
    return builder.graph;
  };
  const by = (graph: Graph, value = 'y') => reverse(graph, { of: [{ value, seed: 'x' }], by: 'h', gradient: 'gradient' });

  test('an operator without a rule', () => expect(() => by(graphOf('Cosh'))).toThrow('no gradient rule for the operator Cosh'));
  test('a fused one that was not un-fused', () => expect(() => by(graphOf('BiasGelu', 'com.microsoft'))).toThrow('no gradient rule for the operator com.microsoft.BiasGelu'));
  test('a value that does not depend on the other', () => expect(() => by(graphOf('Neg'), 'x')).toThrow(/x: no gradient by h/));

  test('an option of attention that has no plain form here', () => {
    const builder = new GraphBuilder(emptyGraph());
    builder.op('Identity', [builder.input('x', 'float32', ['n'])], {}, 'h');
    builder.contrib('GroupQueryAttention', ['h', 'h', 'h', '', '', 'h', 'h'], { num_heads: 1, kv_num_heads: 1, smooth_softmax: 1 });
    expect(() => unfuse(builder.graph, 'h', () => expect.fail())).toThrow('GroupQueryAttention with smooth_softmax cannot be un-fused');
  });

  test('an input that was broadcast makes the runtime refuse', async () => {
    const builder = new GraphBuilder(emptyGraph());
    builder.op('Identity', [builder.input('x', 'float32', ['n'])], {}, 'h');
    builder.input('seed', 'float32', ['m', 'n']);
    builder.op('Add', ['h', builder.floats('c', [2, 3], values(2, 3).data)], {}, 'y');
    const graph = prune(reverse(builder.graph, { of: [{ value: 'y', seed: 'seed' }], by: 'h', gradient: 'gradient' }), ['gradient']);
    await expect(run(graph, { x: values(3), seed: values(2, 3) })).rejects.toThrow(/Reshape/);
  });
});
