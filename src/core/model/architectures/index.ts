import type { Architecture } from './architecture';
import { gemma2, gemma3 } from './gemma';
import { gpt2 } from './gpt2';
import { gptNeox } from './gptNeox';
import { granite } from './granite';
import { llama } from './llama';
import { mistral } from './mistral';
import { olmo2 } from './olmo2';
import { phi3 } from './phi3';
import { qwen2, qwen3 } from './qwen';
import { smollm3 } from './smollm3';

/** Every known architecture by its `model_type`. */
export const architectures: ReadonlyMap<string, Architecture> = new Map([
  ['llama', llama],
  ['mistral', mistral],
  ['qwen2', qwen2],
  ['qwen3', qwen3],
  ['gemma2', gemma2],
  ['gemma3_text', gemma3],
  ['gpt2', gpt2],
  ['gpt_neox', gptNeox],
  ['phi3', phi3],
  ['olmo2', olmo2],
  ['smollm3', smollm3],
  ['granite', granite],
]);
