import { create, toBinary } from '@bufbuild/protobuf';
import { isAbsolute, relative, sep } from 'node:path';
import {
  AttributeProto_AttributeType as AttributeType,
  type AttributeProtoSchema,
  ModelProtoSchema,
  TensorProto_DataLocation as DataLocation,
} from '../proto/onnx_pb';
import type { MessageInitShape } from '@bufbuild/protobuf';
import { type Attribute, DataType, type Graph, type Initializer } from './graph';

const irVersion = 10n;
const opset = 21n;

/**
 * The graph as an ONNX model. Initialisers that lie in files become external data.
 * @param folder the folder that external file names are made relative to
 * @throws if a file lies outside the folder
 */
export function serialize(graph: Graph, folder: string): Uint8Array {
  const model = create(ModelProtoSchema, {
    irVersion,
    producerName: 'persona-lens',
    opsetImport: [
      { domain: '', version: opset },
      { domain: 'com.microsoft', version: 1n },
    ],
    graph: {
      name: 'persona-lens',
      node: graph.nodes.map((node) => ({
        opType: node.op,
        domain: node.domain,
        name: node.name,
        input: node.inputs,
        output: node.outputs,
        attribute: Object.entries(node.attributes).map(([name, value]) => attribute(name, value)),
      })),
      initializer: [...graph.initializers.values()].map((initializer) => tensor(initializer, folder)),
      input: graph.inputs.map(({ name, dtype, dims }) => ({
        name,
        type: {
          value: {
            case: 'tensorType' as const,
            value: {
              elemType: DataType[dtype],
              shape: {
                dim: dims.map((dim) => ({
                  value:
                    typeof dim === 'string'
                      ? { case: 'dimParam' as const, value: dim }
                      : { case: 'dimValue' as const, value: BigInt(dim) },
                })),
              },
            },
          },
        },
      })),
      output: graph.outputs.map((name) => ({ name })),
    },
  });
  return toBinary(ModelProtoSchema, model);
}

function attribute(name: string, attr: Attribute): MessageInitShape<typeof AttributeProtoSchema> {
  switch (attr.kind) {
    case 'int':
      return { name, type: AttributeType.INT, i: BigInt(attr.value) };
    case 'float':
      return { name, type: AttributeType.FLOAT, f: attr.value };
    case 'string':
      return { name, type: AttributeType.STRING, s: new TextEncoder().encode(attr.value) };
    case 'ints':
      return { name, type: AttributeType.INTS, ints: attr.value.map(BigInt) };
  }
}

function tensor({ name, dtype, dims, data }: Initializer, folder: string) {
  const common = { name, dataType: DataType[dtype], dims: dims.map(BigInt) };
  if (data instanceof Uint8Array) return { ...common, rawData: data };
  const location = relative(folder, data.file);
  if (isAbsolute(location) || location.split(sep)[0] === '..') throw new Error(`${data.file} lies outside ${folder}`);
  return {
    ...common,
    dataLocation: DataLocation.EXTERNAL,
    externalData: [
      { key: 'location', value: location.split(sep).join('/') },
      { key: 'offset', value: String(data.offset) },
      { key: 'length', value: String(data.length) },
    ],
  };
}
