import { describe, expect, test } from 'vitest';
import { pool, poolInput, pooledName, prune, tap } from '../../../src/core/onnx';
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
