import { ModelError } from './errors';

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
