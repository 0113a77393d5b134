import type { HookPoint, RecordVectors, SparseMeans } from '../types';
import { ProbeInputError } from './input';

/** Mean of one latent over the response tokens; 0 where it never fired. Indices are ascending, so the search is binary. */
export function latentMean({ index, value }: SparseMeans, latent: number): number {
  let low = 0;
  let high = index.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = index[middle]!;
    if (found === latent) return value[middle]!;
    if (found < latent) low = middle + 1;
    else high = middle - 1;
  }
  return 0;
}

export function latentMeansAt(vectors: RecordVectors, hookPoint: HookPoint): SparseMeans {
  const means = vectors.latents[hookPoint];
  if (means === undefined) {
    throw new ProbeInputError('hook-point-missing', `The probe reads SAE latents at ${hookPoint}, and none were computed there: load the SAE that the card names and run again.`);
  }
  return means;
}
