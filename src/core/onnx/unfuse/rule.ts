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

/** What rules write with. `cheap` gathers the values that were called so. */
export function unfuseContext(builder: GraphBuilder, weight: UnfuseContext['weight']): { context: UnfuseContext; cheap: Set<string> } {
  const cheap = new Set<string>();
  const made = new Map<string, string>();
  return {
    cheap,
    context: {
      builder,
      weight,
      cheap: (name) => {
        cheap.add(name);
        return name;
      },
      once: (key, make) => {
        const known = made.get(key) ?? make();
        made.set(key, known);
        return known;
      },
    },
  };
}

/** Writes a fused operator in plain ones, giving the same output names. */
export type UnfuseRule = (node: Node, context: UnfuseContext) => void;
