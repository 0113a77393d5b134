import type { InspectedLatent, InspectedProbe } from '../../src/protocol';
import type { Shape } from '../shared/picture';
import type { Theme } from '../shared/theme';
import type { ShadeScale } from './scale';
import type { Row } from './state';

export type Measure = (text: string, size: number, bold?: boolean) => number;

export interface ExportInput {
  row: Row;
  probe: InspectedProbe | null;
  scale: ShadeScale | null;
  /** Places of the tokens on show. */
  shown: readonly number[];
  latents: readonly InspectedLatent[];
  theme: Theme;
  measure: Measure;
}

/** A block of the exported picture, its top left at 0, 0. */
export interface Part {
  shapes: Shape[];
  height: number;
}
