import type { ConfigKeys } from '../configKeys';
import type { ModelConfig } from '../modelConfig';

/** What an architecture says of itself, read from the keys of its config.json. */
export type Architecture = (keys: ConfigKeys) => ModelConfig;
