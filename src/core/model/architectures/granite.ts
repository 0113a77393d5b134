import type { Architecture } from './architecture';
import { llama } from './llama';

/** Llama with constants on embeddings, scores, branches and logits. */
export const granite: Architecture = (keys) => {
  const config = llama(keys);
  const scale = keys.numberOr(1, 'attention_multiplier');
  const residualMultiplier = keys.numberOr(1, 'residual_multiplier');
  return {
    ...config,
    embedding: { ...config.embedding, multiplier: keys.numberOr(1, 'embedding_multiplier') },
    head: { ...config.head, divisor: keys.numberOr(1, 'logits_scaling') },
    block: (i) => {
      const block = config.block(i);
      return { ...block, residualMultiplier, attention: { ...block.attention, scale } };
    },
  };
};
