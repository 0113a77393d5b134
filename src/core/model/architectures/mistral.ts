import type { Architecture } from './architecture';
import { windows } from './common';
import { llama } from './llama';

/** Llama in which a query sees the last `sliding_window` keys only. */
export const mistral: Architecture = (keys) => {
  const config = llama(keys);
  const window = windows(keys, config.blocks, keys.isNull('sliding_window') ? null : keys.intOr(4096, 'sliding_window'), () => true);
  return {
    ...config,
    block: (i) => {
      const block = config.block(i);
      return { ...block, attention: { ...block.attention, window: window[i] } };
    },
  };
};
