import type { ConfigKeys } from '../configKeys';
import type { Architecture } from './architecture';
import { windows } from './common';
import { llama } from './llama';

/** Llama in which some blocks, every fourth one unless told, know no positions. */
export const smollm3: Architecture = (keys) => {
  const config = llama(keys);
  const turned = turnedBlocks(keys, config.blocks);
  const window = windows(keys, config.blocks, keys.flag(false, 'use_sliding_window') ? keys.intOr(null, 'sliding_window') : null, (i) => !turned[i]);
  return {
    ...config,
    head: keys.flag(true, 'tie_word_embeddings') ? {} : config.head,
    block: (i) => {
      const block = config.block(i);
      const { rope, ...attention } = block.attention;
      return { ...block, attention: { ...attention, ...(turned[i] ? { rope } : {}), window: window[i] } };
    },
  };
};

/** `no_rope_layers` holds 1 for a block that has a rope, whatever its name says. */
function turnedBlocks(keys: ConfigKeys, blocks: number): boolean[] {
  const interval = keys.intOr(4, 'no_rope_layer_interval');
  return keys.list('number', blocks, 'no_rope_layers')?.map((entry) => entry === 1) ?? Array.from({ length: blocks }, (_, block) => (block + 1) % interval !== 0);
}
