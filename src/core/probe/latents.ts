import type { LatentEffects } from './latentEffects';
import { seeded } from './random';

/** A latent that is active in fewer rows than this, or in fewer than three, is too rare to be chosen. */
const MIN_DENSITY = 0.02;

export interface ChosenLatent {
  latent: number;
  /** +1: rises on bad rows; -1: falls. */
  sign: 1 | -1;
  /** See latentEffects. */
  effect: number;
  /** Share of rows in which it is active. */
  density: number;
}

/** The `top` latents that rise most clearly on bad rows and the `top` that fall, clearest first; ties go to the lower index. */
export function topLatents({ latents, effect, density }: LatentEffects, rows: number, top: number): { risers: ChosenLatent[]; fallers: ChosenLatent[] } {
  const common = Array.from({ length: latents }, (_, j) => j).filter((j) => density[j]! >= Math.max(MIN_DENSITY, 2.5 / rows));
  const clearest = (sign: 1 | -1) =>
    common
      .filter((j) => sign * effect[j]! > 0)
      .sort((a, b) => sign * (effect[b]! - effect[a]!) || a - b)
      .slice(0, top)
      .map((latent): ChosenLatent => ({ latent, sign, effect: effect[latent]!, density: density[latent]! }));
  return { risers: clearest(1), fallers: clearest(-1) };
}

/**
 * Up to `count` other latents whose density is nearest: a seeded choice among those within a factor of 1.5, or of 3, 6, ...
 * where these are too few. Never-active latents are no nulls.
 */
export function sameDensityLatents(density: Float64Array, latent: number, excluded: ReadonlySet<number>, count: number, seed: number | string): number[] {
  const own = density[latent]!;
  const others = Array.from(density.keys()).filter((j) => j !== latent && !excluded.has(j) && density[j]! > 0);
  const within = (factor: number) => others.filter((j) => density[j]! <= own * factor && density[j]! >= own / factor);
  let factor = 1.5;
  let candidates = within(factor);
  while (candidates.length < Math.min(count, others.length)) candidates = within((factor *= 2));
  return seeded(seed, `latents like ${latent}`)
    .shuffle(candidates)
    .slice(0, count)
    .sort((a, b) => a - b);
}
