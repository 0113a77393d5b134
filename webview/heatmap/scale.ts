/** How far a token's value stands from the neutral point: -1 lowest, 0 neutral, 1 highest. */
export interface ShadeScale {
  kind: 'reference' | 'row' | 'sum';
  centre: number;
  /** 0 for a value that is not a number. */
  strength(value: number): number;
  /** The value at a strength within (-1, 1): what a legend writes under its colours. */
  valueAt(strength: number): number;
}

/** Distances, in half widths of the band, at which the colour is half as strong as it can be. The band's edges stand at a quarter. */
const HALF_AT = 3;

/**
 * Single tokens spread far wider than the means of whole rows that the band describes. So strength never quite saturates:
 * d / (d + 3) tells 10 half widths from 30, where a clamp would not.
 */
export function referenceScale([low, high]: [number, number]): ShadeScale {
  return softScale('reference', (low + high) / 2, high > low ? (high - low) / 2 : 1);
}

/** Tokens that add up to the row's value: neutral at 0, and the band's further edge is what tokens of half a width add up to by chance. */
export function sumScale([low, high]: [number, number], tokens: number): ShadeScale {
  return softScale('sum', 0, Math.max(Math.abs(low), Math.abs(high)) / Math.sqrt(Math.max(1, tokens)) || 1);
}

function softScale(kind: ShadeScale['kind'], centre: number, half: number): ShadeScale {
  return {
    kind,
    centre,
    strength: (value) => {
      const distance = (value - centre) / half;
      return Number.isFinite(distance) ? distance / (Math.abs(distance) + HALF_AT) : 0;
    },
    valueAt: (strength) => centre + (half * HALF_AT * strength) / (1 - Math.abs(strength)),
  };
}

/** Neutral at `rowValue`, full strength at the token furthest from it. */
export function rowScale(values: ArrayLike<number>, shaded: readonly number[], rowValue: number): ShadeScale {
  let reach = 0;
  for (const token of shaded) {
    const distance = Math.abs(values[token]! - rowValue);
    if (distance > reach) reach = distance;
  }
  return {
    kind: 'row',
    centre: rowValue,
    strength: (value) => {
      const share = reach > 0 ? (value - rowValue) / reach : 0;
      return Number.isFinite(share) ? Math.max(-1, Math.min(1, share)) : 0;
    },
    valueAt: (strength) => rowValue + strength * reach,
  };
}

/** A latent's value as a share of the row's largest, 0..1. Latents are never negative. */
export function latentStrength(value: number, largest: number): number {
  return largest > 0 && value > 0 ? Math.min(1, value / largest) : 0;
}
