import { type Attribute, type DataTypeName, type FileBytes, type Graph, type Node, definedNames } from './graph';

type AttributeValue = number | string | number[] | { float: number };

const float32 = (values: ArrayLike<number>) => new Uint8Array(Float32Array.from(values).buffer);
const int32 = (values: number[]) => new Uint8Array(Int32Array.from(values).buffer);
const int64 = (values: number[]) => new Uint8Array(BigInt64Array.from(values, BigInt).buffer);

/**
 * Adds nodes, constants and inputs to a graph and hands back the names of the values.
 * New names carry a prefix, so that a pass can add nodes to any graph without clashes.
 */
export class GraphBuilder {
  private readonly names: Set<string>;
  private counter = 0;

  constructor(
    readonly graph: Graph,
    private readonly prefix = '',
  ) {
    this.names = definedNames(graph);
  }

  /** A standard operator with one output. */
  op(type: string, inputs: string[], attributes: Record<string, AttributeValue> = {}, output?: string): string {
    return this.node(type, inputs, [output ?? this.fresh(type)], attributes, '')[0]!;
  }

  /** An operator of onnxruntime (domain com.microsoft) with one output. */
  contrib(type: string, inputs: string[], attributes: Record<string, AttributeValue> = {}, output?: string): string {
    return this.node(type, inputs, [output ?? this.fresh(type)], attributes, 'com.microsoft')[0]!;
  }

  /** Any operator; an empty output name is an output that is left out. */
  node(type: string, inputs: string[], outputs: string[], attributes: Record<string, AttributeValue>, domain: string): string[] {
    for (const name of outputs) this.claim(name);
    this.graph.nodes.push({
      op: type,
      domain,
      name: this.nodeName(type),
      inputs,
      outputs,
      attributes: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, toAttribute(value)])),
    });
    return outputs;
  }

  /** A node like another one, of other values. */
  copy({ op, domain, attributes }: Node, inputs: string[], outputs: string[]): void {
    this.graph.nodes.push({ op, domain, name: this.nodeName(op), inputs, outputs, attributes });
  }

  input(name: string, dtype: DataTypeName, dims: (number | string)[]): string {
    this.claim(name);
    this.graph.inputs.push({ name, dtype, dims });
    return name;
  }

  output(name: string): void {
    if (!this.graph.outputs.includes(name)) this.graph.outputs.push(name);
  }

  /** A constant whose bytes lie in a file; the same name twice is the same constant. */
  external(name: string, dtype: DataTypeName, dims: number[], bytes: FileBytes): string {
    if (!this.graph.initializers.has(name)) {
      this.claim(name);
      this.graph.initializers.set(name, { name, dtype, dims, data: bytes });
    }
    return name;
  }

  constant(name: string, dtype: DataTypeName, dims: number[], data: Uint8Array | FileBytes): string {
    if (!this.graph.initializers.has(name)) {
      this.claim(name);
      this.graph.initializers.set(name, { name, dtype, dims, data });
    }
    return name;
  }

  floats(name: string, dims: number[], values: ArrayLike<number>): string {
    return this.constant(name, 'float32', dims, float32(values));
  }

  /** A scalar constant. */
  scalar(value: number): string {
    return this.floats(`scalar_${value}`, [], [value]);
  }

  /** A one-dimensional int64 constant. */
  ints(...values: number[]): string {
    return this.constant(`ints_${values.join('_')}`, 'int64', [values.length], int64(values));
  }

  /** A scalar constant of int32. */
  int32(value: number): string {
    return this.constant(`int32_${value}`, 'int32', [], int32([value]));
  }

  /** A one-dimensional int32 constant. */
  int32s(...values: number[]): string {
    return this.constant(`int32s_${values.join('_')}`, 'int32', [values.length], int32(values));
  }

  private nodeName(type: string): string {
    return `${this.prefix}n${this.graph.nodes.length}_${type}`;
  }

  /** A name that no value has, never the same twice. */
  fresh(type: string): string {
    let name: string;
    do name = `${this.prefix}${type}_${this.counter++}`;
    while (this.names.has(name));
    return name;
  }

  private claim(name: string): void {
    if (!name) return;
    if (this.names.has(name)) throw new Error(`two values named ${name}`);
    this.names.add(name);
  }
}

function toAttribute(value: AttributeValue): Attribute {
  if (typeof value === 'string') return { kind: 'string', value };
  if (Array.isArray(value)) return { kind: 'ints', value };
  if (typeof value === 'object') return { kind: 'float', value: value.float };
  return { kind: 'int', value };
}
