import { type Graph } from '../ir/graph';
import { declaring } from './inputs';
import { replace } from './replace';

/** Names of the inputs that a cap at a hook point adds. */
export const capInputs = (hook: string) => ({
  /** v of length 1, `[dModel]` */
  direction: `${hook}.cap.direction`,
  /** Bounds of h . v, scalars; infinity for a side that is open. */
  low: `${hook}.cap.low`,
  high: `${hook}.cap.high`,
});

/**
 * Projection cap: the residual stream h at a hook point, `[tokens, dModel]`, becomes h + (clamp(h . v, low, high) - h . v) v for unit v at every
 * position: what lies within the bounds stays.
 * @throws Error if no node makes the hook point, or it is capped already
 */
export function projectCap(graph: Graph, hook: string): Graph {
  const { direction, low, high } = capInputs(hook);
  return replace(declaring(graph, { [direction]: ['d_model'], [low]: [], [high]: [] }), hook, 'cap', (builder, h) => {
    const v = builder.op('Unsqueeze', [direction, builder.ints(0)]);
    const along = builder.op('Gemm', [h, v], { transB: 1 });
    const change = builder.op('Sub', [builder.op('Clip', [along, low, high]), along]);
    builder.op('Add', [h, builder.op('Gemm', [change, v])], {}, hook);
  });
}
