import { fromBinary } from '@bufbuild/protobuf';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DataType, GraphBuilder, type Graph, bytesPerElement, emptyGraph, serialize } from '../../../src/core/onnx';
import { AttributeProto_AttributeType as AttributeType, ModelProtoSchema, TensorProto_DataLocation as DataLocation, TensorProto_DataType as Proto } from '../../../src/core/onnx/proto/onnx_pb';
import { folderWith } from '../../support/folder';
import { matrix, run, tinyGraph } from './support';

const read = (graph: Graph, folder = '/nowhere') => fromBinary(ModelProtoSchema, serialize(graph, folder));

/** x W with W in a file, from its third number on. */
function externalGraph(file: string): Graph {
  const builder = new GraphBuilder(emptyGraph());
  const weights = builder.external('W', 'float32', [2, 1], { file, offset: 8, length: 8 });
  builder.output(builder.op('MatMul', [builder.input('x', 'float32', ['n', 2]), weights], {}, 'y'));
  return builder.graph;
}

describe('serialize', () => {
  test('names, shapes and constants survive the round trip', () => {
    const model = read(tinyGraph());
    expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 21n], ['com.microsoft', 1n]]);
    const graph = model.graph!;
    expect(graph.node.map(({ opType, input, output }) => [opType, input, output])).toEqual([
      ['MatMul', ['x', 'W'], ['xW']],
      ['Relu', ['xW'], ['act']],
      ['Add', ['act', 'b'], ['y']],
      ['Mul', ['other', 'unused'], ['side']],
    ]);
    expect(new Set(graph.node.map(({ name }) => name)).size).toBe(4);
    expect(graph.output.map(({ name }) => name)).toEqual(['y']);
    expect(graph.initializer.map(({ name, dims, dataType }) => [name, dims, dataType])).toEqual([['W', [3n, 2n], 1], ['b', [2n], 1], ['unused', [1n], 1]]);
    expect(new Float32Array(Uint8Array.from(graph.initializer[1]!.rawData!).buffer)).toEqual(Float32Array.of(10, 20));
    const type = graph.input[0]!.type!.value;
    expect(type.case === 'tensorType' && [type.value.elemType, type.value.shape!.dim.map(({ value }) => value.value)]).toEqual([1, ['tokens', 3n]]);
  });

  test('attributes of every kind survive it', () => {
    const builder = new GraphBuilder(emptyGraph());
    builder.contrib('Anything', ['x', ''], { i: -3, f: { float: 0.5 }, s: 'é', l: [1, -2] }, 'y');
    const [node] = read(builder.graph).graph!.node;
    expect(node!.domain).toBe('com.microsoft');
    expect(node!.attribute.map(({ name, type, i, f, s, ints }) => [name, type, i, f, new TextDecoder().decode(s), ints])).toEqual([
      ['i', AttributeType.INT, -3n, 0, '', []],
      ['f', AttributeType.FLOAT, 0n, 0.5, '', []],
      ['s', AttributeType.STRING, 0n, 0, 'é', []],
      ['l', AttributeType.INTS, 0n, 0, '', [1n, -2n]],
    ]);
  });

  test('element types have the numbers of onnx.proto', () => {
    const names: Record<string, keyof typeof Proto> = { float32: 'FLOAT', float64: 'DOUBLE' };
    for (const [name, number] of Object.entries(DataType)) expect(number, name).toBe(Proto[names[name] ?? (name.toUpperCase() as keyof typeof Proto)]);
    expect(Object.keys(bytesPerElement).sort()).toEqual(Object.keys(DataType).sort());
  });

  test('bytes in a file become external data relative to the folder, and the runtime finds them', async () => {
    const folder = folderWith();
    mkdirSync(join(folder, 'sub'));
    for (const file of [join(folder, 'w.bin'), join(folder, 'sub', '..w.bin')]) {
      writeFileSync(file, new Uint8Array(Float32Array.of(9, 9, 2, 5, 9).buffer));
      const [tensor] = read(externalGraph(file), folder).graph!.initializer;
      expect(tensor!.dataLocation).toBe(DataLocation.EXTERNAL);
      expect(tensor!.rawData?.length ?? 0).toBe(0);
      expect(tensor!.externalData.map(({ key, value }) => [key, value])).toEqual([['location', file.slice(folder.length + 1)], ['offset', '8'], ['length', '8']]);
      expect(await run(externalGraph(file), { x: matrix([[1, 10]]) })).toEqual({ y: [52] });
    }
  });

  test('a file outside of the folder is refused', () => {
    for (const file of ['/models/other/w.bin', '/models/w.bin', '/models/mine-too/w.bin', '/models/mine/../w.bin']) expect(() => serialize(externalGraph(file), '/models/mine'), file).toThrow('lies outside /models/mine');
    expect(() => serialize(externalGraph('/models/mine/..w.bin'), '/models/mine')).not.toThrow();
  });
});
