import type { InspectedProbe, InspectedToken } from '../../src/protocol';
import { type Colour, withAlpha } from '../shared/colour';
import type { Theme } from '../shared/theme';
import type { ShadeScale } from './scale';

/** Colour under a token's text; null for none. */
export function shadeColour(strength: number, theme: Theme): Colour | null {
  const [tint, most] = strength < 0 ? [theme.low, theme.textAlpha.low] : [theme.high, theme.textAlpha.high];
  const alpha = Math.abs(strength) * most;
  return alpha < 0.02 ? null : withAlpha(tint, alpha);
}

type PerToken = Pick<InspectedProbe, 'perToken'>;

/** Of a mean, only what fine-tuning trains on carries a shade, and not where the norm is massive; of a sum, all that adds to it. */
export function isShaded(token: InspectedToken, { perToken }: PerToken): boolean {
  return perToken === 'sum' || (token.response && !token.masked);
}

export function shadedTokens(tokens: readonly InspectedToken[], probe: PerToken): number[] {
  return tokens.flatMap((token, i) => (isShaded(token, probe) ? [i] : []));
}

/** A second mark beside the colour, for high contrast: clearly high, clearly low, or neither. */
export type Side = 'high' | 'low' | '';

export function sideOf(strength: number): Side {
  return strength > 0.4 ? 'high' : strength < -0.4 ? 'low' : '';
}

/** A strength for each token; 0 where nothing is shaded. */
export function strengths(tokens: readonly InspectedToken[], probe: Pick<InspectedProbe, 'perToken' | 'values'>, scale: ShadeScale): Float32Array {
  return Float32Array.from(tokens, (token, i) => (isShaded(token, probe) ? scale.strength(probe.values[i]!) : 0));
}
