import { withAlpha } from '../shared/colour';
import type { Shape } from '../shared/picture';
import type { Theme } from '../shared/theme';
import { formatLatent, formatValue } from './format';
import type { ShadeScale } from './scale';
import { shadeColour } from './shade';

const STEPS = 24;

/** Colours of the token shading from low to high, in `width` × `height`. */
export function shadeRamp(theme: Theme, width: number, height: number): Shape[] {
  return ramp(width, height, (share) => shadeColour(2 * share - 1, theme));
}

/** Colours of the matrix from 0 to the row's largest latent. */
export function latentRamp(theme: Theme, width: number, height: number): Shape[] {
  return ramp(width, height, (share) => withAlpha(theme.high, 0.08 + 0.92 * share));
}

function ramp(width: number, height: number, colourAt: (share: number) => ReturnType<typeof shadeColour>): Shape[] {
  return Array.from({ length: STEPS }, (_, i): Shape[] => {
    const fill = colourAt(i / (STEPS - 1));
    const [x, end] = [Math.round((i * width) / STEPS), Math.round(((i + 1) * width) / STEPS)];
    return fill ? [{ kind: 'rect', x, y: 0, width: end - x, height, fill }] : [];
  }).flat();
}

export function move(shapes: readonly Shape[], dx: number, dy: number): Shape[] {
  return shapes.map((shape) => ({ ...shape, x: shape.x + dx, y: shape.y + dy }));
}

/** Values under the shading's ramp. The reference's band ends at a quarter of the way from its centre. */
export function shadeTicks(scale: ShadeScale): { low: string; centre: string; high: string; note: string } {
  const [low, high] = scale.kind === 'row' ? [-1, 1] : [-0.75, 0.75];
  const neutral = scale.centre === 0 && scale.kind === 'row' ? 'neutral' : "neutral: this row's score";
  return {
    low: formatValue(scale.valueAt(low)),
    centre: formatValue(scale.centre),
    high: formatValue(scale.valueAt(high)),
    note: scale.kind === 'sum' ? 'neutral' : scale.kind === 'row' ? neutral : 'neutral: centre of the reference band',
  };
}

export function latentTicks(largest: number): { low: string; high: string; unit: string } {
  return { low: '0', high: formatLatent(largest, largest), unit: 'residual units' };
}
