import { describe, expect, test } from 'vitest';
import { GraphBuilder, cloneGraph, definedNames, emptyGraph } from '../../../src/core/onnx';
import { names, tinyGraph } from './support';

describe('GraphBuilder', () => {
  test('new values have names that nothing else has, also where passes of the same prefix follow one another', () => {
    const graph = tinyGraph();
    for (let pass = 0; pass < 3; pass++) {
      const builder = new GraphBuilder(graph, 'my_');
      for (let i = 0; i < 3; i++) builder.op('Relu', ['y']);
    }
    const values = graph.nodes.flatMap((node) => node.outputs);
    expect(new Set(values).size).toBe(values.length);
    expect(values.filter((name) => name.startsWith('my_Relu_'))).toHaveLength(9);
  });

  test('a name is given once', () => {
    const builder = new GraphBuilder(tinyGraph());
    expect(() => builder.op('Relu', ['x'], {}, 'act')).toThrow('two values named act');
    expect(() => builder.input('W', 'float32', [1])).toThrow('two values named W');
    expect(() => builder.floats('x', [1], [1])).toThrow('two values named x');
  });

  test('outputs that are left out share their empty name', () => {
    const builder = new GraphBuilder(emptyGraph());
    builder.node('Split', ['x'], ['', 'a', ''], {}, '');
    builder.node('Split', ['x'], ['', 'b'], {}, '');
    expect([...definedNames(builder.graph)]).toEqual(['a', 'b']);
  });

  test('a constant that is asked for twice is there once', () => {
    const builder = new GraphBuilder(emptyGraph());
    expect(builder.ints(-1, 4)).toBe(builder.ints(-1, 4));
    expect(builder.scalar(0.5)).toBe(builder.scalar(0.5));
    expect(builder.ints(-1)).not.toBe(builder.ints(1));
    const bytes = { file: '/weights', offset: 8, length: 4 };
    expect(builder.external('w', 'float32', [1], bytes)).toBe(builder.external('w', 'float32', [1], bytes));
    expect(names(builder.graph).constants).toEqual(['ints_-1_4', 'scalar_0.5', 'ints_-1', 'ints_1', 'w']);
  });

  test('constants are little-endian bytes of their type', () => {
    const builder = new GraphBuilder(emptyGraph());
    builder.ints(-2, 258);
    builder.scalar(1);
    expect([...builder.graph.initializers.values()]).toEqual([
      { name: 'ints_-2_258', dtype: 'int64', dims: [2], data: Uint8Array.of(254, 255, 255, 255, 255, 255, 255, 255, 2, 1, 0, 0, 0, 0, 0, 0) },
      { name: 'scalar_1', dtype: 'float32', dims: [], data: Uint8Array.of(0, 0, 0x80, 0x3f) },
    ]);
  });

  test('attributes keep their kind, operators their domain', () => {
    const builder = new GraphBuilder(emptyGraph());
    builder.contrib('QuickGelu', ['x'], { alpha: { float: 1 }, axis: 1, mode: 'fast', pads: [1, 2] }, 'y');
    expect(builder.graph.nodes[0]).toMatchObject({
      op: 'QuickGelu',
      domain: 'com.microsoft',
      attributes: { alpha: { kind: 'float', value: 1 }, axis: { kind: 'int', value: 1 }, mode: { kind: 'string', value: 'fast' }, pads: { kind: 'ints', value: [1, 2] } },
    });
  });

  test('what is added to a copy of a graph is not in the graph', () => {
    const graph = tinyGraph();
    const before = structuredClone(names(graph));
    const builder = new GraphBuilder(cloneGraph(graph));
    builder.output(builder.op('Add', ['y', builder.scalar(3)]));
    builder.input('more', 'int64', []);
    expect(names(graph)).toEqual(before);
  });
});
