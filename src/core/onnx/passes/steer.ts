import { type Graph } from '../ir/graph';
import { declaring } from './inputs';
import { replace } from './replace';

/** Names of the inputs that steering at a hook point adds. */
export const steerInputs = (hook: string) => ({
  /** alpha, a scalar in units of the vector. */
  strength: `${hook}.steer.strength`,
  /** v, `[dModel]` */
  vector: `${hook}.steer.vector`,
  /** 1 at positions that are steered and 0 at others, `[tokens]`. */
  mask: `${hook}.steer.mask`,
});

/**
 * Steering: the residual stream h at a hook point, `[tokens, dModel]`, becomes h + alpha v at the masked positions (arXiv 2507.21509). With
 * strength 0 every value is the unsteered model's own.
 * @throws Error if no node makes the hook point, or it is steered already
 */
export function steer(graph: Graph, hook: string): Graph {
  const { strength, vector, mask } = steerInputs(hook);
  const declared = declaring(graph, { [strength]: [], [vector]: ['d_model'], [mask]: ['tokens'] });
  return replace(declared, hook, 'steer', (builder, h) => {
    const shift = builder.op('Mul', [builder.op('Unsqueeze', [mask, builder.ints(1)]), builder.op('Mul', [strength, vector])]);
    builder.op('Add', [h, shift], {}, hook);
  });
}
