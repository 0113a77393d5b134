import { ModelError } from './errors';
import type { ModelConfig } from './modelConfig';

/** What the final norm gives, `[tokens, dModel]`. */
export const finalNorm = 'ln_final.hook_normalized';

/** The residual stream before a block: of the first one only, since every other's is the one after the block before. */
export const residPre = (block: 0): string => `blocks.${block}.hook_resid_pre`;
export const residPost = (block: number): string => `blocks.${block}.hook_resid_post`;
export const residMid = (block: number): string => `blocks.${block}.hook_resid_mid`;

/**
 * The block of a residual hook point.
 * @throws ModelError `unknown-hook-point` if the name is not one of this model's
 */
export function blockOf(hookPoint: string, blocks: number): number {
  const match = /^blocks\.(\d+)\.hook_resid_(?:mid|post)$/.exec(hookPoint);
  const block = match ? Number(match[1]) : NaN;
  if (!(block < blocks))
    throw new ModelError('unknown-hook-point', `"${hookPoint}" is not a hook point of this model. Use blocks.0.hook_resid_post to ${residPost(blocks - 1)}.`);
  return block;
}

/**
 * Every residual hook point of a model, from the first block's input on. A parallel block has no middle: attention and MLP are added at once.
 */
export function residualHooks({ blocks, block }: Pick<ModelConfig, 'blocks' | 'block'>): string[] {
  return [residPre(0), ...Array.from({ length: blocks }, (_, i) => [...(block(i).parallel ? [] : [residMid(i)]), residPost(i)]).flat()];
}

/**
 * Checks names of residual hook points; `all` stands for every one.
 * @returns each once, in the model's order
 * @throws ModelError `unknown-hook-point` with what to ask for instead
 */
export function chosenHooks(asked: readonly string[], config: Pick<ModelConfig, 'blocks' | 'block'>): string[] {
  const known = residualHooks(config);
  if (asked.includes('all')) return known;
  for (const name of asked) if (!known.includes(name)) throw new ModelError('unknown-hook-point', `"${name}" is not a residual hook point of this model${instead(name, config)}. There are blocks.0.hook_resid_pre, blocks.N.hook_resid_mid and blocks.N.hook_resid_post for N from 0 to ${config.blocks - 1}, and all.`);
  return known.filter((name) => asked.includes(name));
}

function instead(name: string, { blocks, block }: Pick<ModelConfig, 'blocks' | 'block'>): string {
  const [, digits, point] = /^blocks\.(\d+)\.hook_resid_(pre|mid)$/.exec(name) ?? [];
  const i = Number(digits);
  if (!(i < blocks)) return '';
  if (point === 'pre') return `: what enters block ${i} is ${residPost(i - 1)}`;
  return block(i).parallel ? `: in block ${i} attention and MLP are added at once, so that there is no middle` : '';
}
