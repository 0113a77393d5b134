import { type Graph } from '../ir/graph';
import { declaring } from './inputs';
import { replace } from './replace';

/** Name of the input that ablation at a hook point adds: the direction v, `[dModel]`, of any length but 0. */
export const ablateInput = (hook: string): string => `${hook}.ablate.direction`;

/**
 * Directional ablation: the residual stream h at a hook point, `[tokens, dModel]`, becomes h - (h . v) v / |v|^2 at every position (arXiv 2406.11717).
 * @throws Error if no node makes the hook point, or it is ablated already
 */
export function ablate(graph: Graph, hook: string): Graph {
  const direction = ablateInput(hook);
  return replace(declaring(graph, { [direction]: ['d_model'] }), hook, 'ablate', (builder, h) => {
    const v = builder.op('Unsqueeze', [direction, builder.ints(0)]);
    const over = builder.op('Div', [v, builder.op('ReduceSum', [builder.op('Mul', [v, v])], { keepdims: 1 })]);
    // As products of matrices, so that the gradient goes through them too.
    const along = builder.op('Gemm', [h, v], { transB: 1 });
    builder.op('Sub', [h, builder.op('Gemm', [along, over])], {}, hook);
  });
}
