import { describe, expect, test } from 'vitest';
import { GraphBuilder, castAtUse, dependents, emptyGraph, pool, poolInput, pooledName, prune, tap } from '../../../src/core/onnx';
import { act, matrix, names, run, tinyGraph, x } from './support';

describe('tap', () => {
  test('makes inner values outputs and changes nothing else', async () => {
    const tapped = tap(tinyGraph(), ['act', 'xW']);
    expect(names(tapped)).toEqual({ ...names(tinyGraph()), outputs: ['y', 'act', 'xW'] });
    const values = await run(prune(tapped, tapped.outputs), { x: matrix(x) });
    expect(values['act']).toEqual(act.flat());
    expect(values['y']).toEqual(act.flatMap(([a, b]) => [a! + 10, b! + 20]));
  });

  test('twice is once', () => {
    const once = tap(tinyGraph(), ['act']);
    expect(tap(once, ['act'])).toEqual(once);
    expect(tap(tinyGraph(), ['y', 'act', 'act'])).toEqual(once);
  });

  test('a value that does not exist is an error with its name', () => {
    expect(() => tap(tinyGraph(), ['act', 'blocks.9.hook_resid_post'])).toThrow('no value named blocks.9.hook_resid_post');
  });
});

describe('prune', () => {
  test('keeps what the outputs need, in order', () => {
    expect(names(prune(tinyGraph(), ['y']))).toEqual({ nodes: ['xW', 'act', 'y'], constants: ['W', 'b'], inputs: ['x'], outputs: ['y'] });
    expect(names(prune(tinyGraph(), ['act']))).toEqual({ nodes: ['xW', 'act'], constants: ['W'], inputs: ['x'], outputs: ['act'] });
    expect(names(prune(tinyGraph(), ['side', 'xW']))).toEqual({ nodes: ['xW', 'side'], constants: ['W', 'unused'], inputs: ['x', 'other'], outputs: ['side', 'xW'] });
  });

  test('twice is once, and the graph itself stays', () => {
    const graph = tinyGraph();
    const once = prune(graph, ['act']);
    expect(prune(once, ['act'])).toEqual(once);
    expect(graph).toEqual(tinyGraph());
  });

  test('a cut graph gives the same numbers, without the inputs that it no longer has', async () => {
    expect(await run(prune(tinyGraph(), ['act']), { x: matrix(x) })).toEqual({ act: act.flat() });
  });

  test('an output that no node makes is an error with its name', () => {
    for (const name of ['nothing', 'x', 'W', '']) expect(() => prune(tinyGraph(), ['y', name])).toThrow(`no node makes ${name}`);
  });
});

describe('pool', () => {
  test('adds the weights as an input and an output for each value', () => {
    const before = names(tinyGraph());
    const pooled = pool(tinyGraph(), ['act', 'y']);
    expect(names(pooled)).toEqual({
      ...before,
      nodes: [...before.nodes, 'act.pooled', 'y.pooled'],
      inputs: [...before.inputs, 'pool'],
      outputs: ['y', 'act.pooled', 'y.pooled'],
    });
    expect(pooled.inputs.at(-1)).toEqual({ name: poolInput, dtype: 'float32', dims: ['pooled_rows', 'tokens'] });
    expect(names(tinyGraph())).toEqual(before);
  });

  test('gives weighted sums over tokens', async () => {
    const graph = prune(pool(tinyGraph(), ['act', 'y']), [pooledName('act'), pooledName('y')]);
    const weights = [[0.5, 0.5, 0], [0, 0, 1], [0, 0, 0], [1, -2, 4]];
    expect(await run(graph, { x: matrix(x), [poolInput]: matrix(weights) })).toEqual({
      'act.pooled': [1.5, 0, 0, 1, 0, 0, -3, 4],
      'y.pooled': [11.5, 20, 10, 21, 0, 0, 27, 64],
    });
  });

  test('a second time is an error, for the graph has its input', () => {
    expect(() => pool(pool(tinyGraph(), ['act']), ['y'])).toThrow('two values named pool');
  });
});

describe('castAtUse', () => {
  /** (x * gain) W^T W^T with stored halves, W = [[1, -2], [3, 0.5]] and gain = [1, -2], that are cast where they are declared. */
  function halves(dtype: 'float16' | 'bfloat16') {
    const builder = new GraphBuilder(emptyGraph());
    const bits = { float16: [0x3c00, 0xc000, 0x4200, 0x3800], bfloat16: [0x3f80, 0xc000, 0x4040, 0x3f00] }[dtype];
    const stored = (name: string, dims: number[], values: number[]) => builder.op('Cast', [builder.constant(name, dtype, dims, new Uint8Array(Uint16Array.from(values).buffer))], { to: 1 }, `${name}.cast`);
    const [matrix, gain] = [stored('W', [2, 2], bits), stored('gain', [2], bits.slice(0, 2))];
    const x = builder.input('x', 'float32', ['tokens', 2]);
    const once = builder.op('Gemm', [builder.op('Mul', [x, gain]), matrix], { transB: 1 }, 'once');
    builder.output(builder.op('Gemm', [once, matrix], { transB: 1 }, 'twice'));
    return builder.graph;
  }

  test.each(['float16', 'bfloat16'] as const)('%s: the same numbers, and the cast of a matrix stands where it is first multiplied with', async (dtype) => {
    const late = castAtUse(halves(dtype));
    const feeds = { x: matrix([[1, 2], [-1, 0.5]]) };
    expect(await run(late, feeds)).toEqual({ twice: [7, 27.5, 8, 1.25] });
    const order = late.nodes.flatMap(({ outputs }) => outputs);
    expect(order.indexOf('W.cast')).toBe(order.indexOf('once') - 1);
    expect(order.indexOf('gain.cast')).toBe(0);
    // Made from x, so that the runtime cannot fold it.
    expect(dependents(late, 'x').has('W.cast')).toBe(true);
    expect(dependents(late, 'x').has('gain.cast')).toBe(false);
  });

  test('twice is once; what is stored in fp32 stays as it is, and so does the graph that was given', () => {
    const graph = halves('float16');
    const late = castAtUse(graph);
    expect(castAtUse(late)).toEqual(late);
    expect(graph).toEqual(halves('float16'));
    expect(castAtUse(tinyGraph())).toEqual(tinyGraph());
  });
});
