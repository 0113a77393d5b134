import type { GraphBuilder } from '../ir/builder';
import type { Initializer, Node } from '../ir/graph';

export interface UnfuseContext {
  builder: GraphBuilder;
  /** The float matrix `[out, in]` of a quantised one. */
  weight(node: Node): Initializer;
  /** Says that a value is cheap to compute and large to keep. */
  cheap(value: string): string;
  /** The value of `make` the first time, the same one for the same key later. */
  once(key: string, make: () => string): string;
}

/** Writes a fused operator in plain ones, giving the same output names. */
export type UnfuseRule = (node: Node, context: UnfuseContext) => void;
