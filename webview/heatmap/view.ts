import type { InspectedLatent, InspectedProbe } from '../../src/protocol';
import { histogramValue } from './histogram';
import { orderLatents } from './matrix';
import { chosenProbe, scaleFor } from './probes';
import type { ShadeScale } from './scale';
import { strengths } from './shade';
import { type Choices, type HeatmapMeasure, measureOf, type Row } from './state';
import { shownTokens } from './tokens';

/** What a row and the curator's choices give to draw; made anew only when one of them changes. */
export interface View {
  row: Row;
  choices: Choices;
  measure: HeatmapMeasure;
  probe: InspectedProbe | null;
  scale: ShadeScale | null;
  /** Places of the tokens on show. */
  shown: number[];
  /** One a token, -1..1. */
  strengths: Float32Array;
  latents: InspectedLatent[];
  /** The row's place in the histogram. */
  place: { value: number; percentile: number } | null;
}

export function viewOf(row: Row, choices: Choices): View {
  const { inspection } = row;
  const probe = chosenProbe(inspection, choices);
  const scale = probe && scaleFor(inspection, probe, choices.relative);
  return {
    row,
    choices,
    measure: measureOf(inspection, choices),
    probe,
    scale,
    shown: shownTokens(inspection.tokens, choices.template),
    strengths: probe && scale ? strengths(inspection.tokens, probe, scale) : new Float32Array(inspection.tokens.length),
    latents: orderLatents(inspection.latents, choices.pins),
    place: histogramValue(inspection, row.context.score),
  };
}
