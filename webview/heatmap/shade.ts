import type { InspectedToken } from '../../src/protocol';
import { type Colour, withAlpha } from '../shared/colour';
import type { Theme } from '../shared/theme';
import type { ShadeScale } from './scale';

/** Colour under a token's text; null for none. */
export function shadeColour(strength: number, theme: Theme): Colour | null {
  const [tint, most] = strength < 0 ? [theme.low, theme.textAlpha.low] : [theme.high, theme.textAlpha.high];
  const alpha = Math.abs(strength) * most;
  return alpha < 0.02 ? null : withAlpha(tint, alpha);
}

/** Only what fine-tuning trains on carries a shade, and not where the norm is massive. */
export function isShaded(token: InspectedToken): boolean {
  return token.response && !token.masked;
}

export function shadedTokens(tokens: readonly InspectedToken[]): number[] {
  return tokens.flatMap((token, i) => (isShaded(token) ? [i] : []));
}

/** A second mark beside the colour, for high contrast: clearly high, clearly low, or neither. */
export type Side = 'high' | 'low' | '';

export function sideOf(strength: number): Side {
  return strength > 0.4 ? 'high' : strength < -0.4 ? 'low' : '';
}

/** A strength for each token; 0 where nothing is shaded. */
export function strengths(tokens: readonly InspectedToken[], values: ArrayLike<number>, scale: ShadeScale): Float32Array {
  return Float32Array.from(tokens, (token, i) => (isShaded(token) ? scale.strength(values[i]!) : 0));
}
