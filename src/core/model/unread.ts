import { type Graph } from '../onnx';
import type { Checkpoint } from './checkpoint';
import { ModelError } from './errors';

/** Stored beside a tied embedding, of which it is a copy. */
const head = /^(lm_head|embed_out)\./;

/**
 * Refuses weights that no graph reads and that are not known to take no part: a bias, a block or a norm that config.json does not
 * mention would be left out of the numbers without a word.
 * @throws ModelError `bad-weights`
 */
export function refuseUnread({ config, weights }: Checkpoint, graphs: readonly Graph[]): void {
  const read = new Set(graphs.flatMap(({ initializers }) => [...initializers.keys()]));
  const unread = weights.names().filter((name) => !read.has(name) && !config.unused?.test(name) && !(config.head.unembedding === undefined && head.test(name)));
  if (unread.length === 0) return;
  const more = unread.length > 1 ? ` and ${unread.length - 1} more` : '';
  throw new ModelError('bad-weights', `${weights.where} holds ${unread[0]}${more}, which a ${config.modelType} of this config.json does not have. The config and the weights do not belong together, or it is a variant that is not supported.`);
}
