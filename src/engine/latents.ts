import { saeValues } from '../core/sae';
import type { SparseMeans } from '../core/types';
import type { Feed } from './ortSession';
import { type PoolingPlan, poolingMatrix } from './pooling';

/**
 * What the SAE passes take: the response tokens of all rows and the weights that make each row's mean.
 * @param selected packed positions of the response tokens, row after row
 */
export function latentFeeds(plans: PoolingPlan[], selected: number[]): Record<string, Feed> {
  let start = 0;
  const groups = plans.map(({ response }) => response.map(() => start++));
  return {
    [saeValues.index]: { data: BigInt64Array.from(selected, BigInt), dims: [selected.length] },
    [saeValues.pool]: { data: poolingMatrix(groups, selected.length), dims: [groups.length, selected.length] },
  };
}

/** A row's pooled latents without the zeros. `counted` is the share of its tokens that lay in the SAE's range. */
export function sparseMeans(dense: Float32Array, row: number, latents: number, counted: number): SparseMeans {
  const index: number[] = [];
  const value: number[] = [];
  for (let latent = 0; latent < latents; latent++) {
    const mean = dense[row * latents + latent]!;
    if (mean === 0) continue;
    index.push(latent);
    value.push(mean / counted);
  }
  return { index: latents > 0x10000 ? Uint32Array.from(index) : Uint16Array.from(index), value: Float32Array.from(value) };
}
