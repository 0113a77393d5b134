import { EngineError } from './errors';
import type { LoadedModel } from './loadedModel';

/**
 * Refuses tokens without an embedding before a graph gathers them: a tokenizer may know more tokens than there are, and the runtime takes negative
 * ones for tokens counted from the end.
 * @throws EngineError `unknown-token`
 */
export function refuseUnknown(ids: ArrayLike<number>, { name, config: { vocabulary } }: LoadedModel): void {
  for (let i = 0; i < ids.length; i++) {
    const id = ids[i]!;
    if (id >= 0 && id < vocabulary) continue;
    throw new EngineError('unknown-token', `A row holds the token ${id}, and ${name} has embeddings for tokens 0 to ${vocabulary - 1}. The tokenizer and the weights do not belong together: fetch both from the same place.`);
  }
}
