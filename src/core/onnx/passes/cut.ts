import { type Graph } from '../ir/graph';
import { dependents } from '../ir/paths';
import { declaring } from './inputs';
import { prune } from './prune';
import { withOwnMaker } from './replace';

/**
 * The part of a model after a hook point, with the residual stream there, `[tokens, dModel]`, as an input under the hook point's name. Together with the
 * part before it (`prune` to the hook point) it is the whole model: the first can run once and this one many times.
 * @throws Error if no node makes the hook point, or no output depends on it
 */
export function cut(graph: Graph, hook: string): Graph {
  const apart = withOwnMaker(graph, hook);
  const after = dependents(apart, hook);
  const outputs = graph.outputs.filter((name) => name !== hook && after.has(name));
  if (outputs.length === 0) throw new Error(`no output depends on ${hook}`);
  const rest = { ...apart, nodes: apart.nodes.filter((node) => !node.outputs.includes(hook)) };
  return prune(declaring(rest, { [hook]: ['tokens', 'd_model'] }), outputs);
}
