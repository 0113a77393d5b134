/** ONNX tensor element types that a checkpoint may hold, by their numbers in onnx.proto. */
export const DataType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
  uint32: 12,
  uint64: 13,
  bfloat16: 16,
  float8e4m3fn: 17,
  float8e5m2: 19,
} as const;
export type DataTypeName = keyof typeof DataType;

export const bytesPerElement: Record<DataTypeName, number> = {
  float32: 4,
  uint8: 1,
  int8: 1,
  uint16: 2,
  int16: 2,
  int32: 4,
  int64: 8,
  bool: 1,
  float16: 2,
  float64: 8,
  uint32: 4,
  uint64: 8,
  bfloat16: 2,
  float8e4m3fn: 1,
  float8e5m2: 1,
};

export type Attribute =
  | { kind: 'int'; value: number }
  | { kind: 'float'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'ints'; value: number[] };

export interface Node {
  op: string;
  /** Empty for the standard operators, `com.microsoft` for onnxruntime's own. */
  domain: string;
  name: string;
  /** An empty name is an input that is left out. */
  inputs: string[];
  outputs: string[];
  attributes: Record<string, Attribute>;
}

/** Bytes of a tensor that lie in a file on disk. */
export interface FileBytes {
  file: string;
  offset: number;
  length: number;
}

export interface Initializer {
  name: string;
  dtype: DataTypeName;
  dims: number[];
  data: Uint8Array | FileBytes;
}

export interface GraphInput {
  name: string;
  dtype: DataTypeName;
  /** A number, or a name for a size that is known only at run time. */
  dims: (number | string)[];
}

/** A computation graph in memory. Passes take one and give another; nothing is shared that is written to. */
export interface Graph {
  nodes: Node[];
  initializers: Map<string, Initializer>;
  inputs: GraphInput[];
  outputs: string[];
}

export function emptyGraph(): Graph {
  return { nodes: [], initializers: new Map(), inputs: [], outputs: [] };
}

/** A copy whose lists can be changed; nodes and initialisers themselves are shared and never written to. */
export function cloneGraph(graph: Graph): Graph {
  return {
    nodes: [...graph.nodes],
    initializers: new Map(graph.initializers),
    inputs: [...graph.inputs],
    outputs: [...graph.outputs],
  };
}

/** Names that some node, input or initialiser gives a value to. */
export function definedNames(graph: Graph): Set<string> {
  const names = new Set<string>(graph.initializers.keys());
  for (const input of graph.inputs) names.add(input.name);
  for (const node of graph.nodes) for (const output of node.outputs) if (output) names.add(output);
  return names;
}
