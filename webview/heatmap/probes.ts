import type { InspectedProbe, RowInspection } from '../../src/protocol';
import { type Choices, measureOf } from './state';
import { referenceScale, rowScale, sumScale, type ShadeScale } from './scale';
import { shadedTokens } from './shade';

/** A probe may stand under several measures. */
export function probeKey(probe: InspectedProbe): string {
  return `${probe.measure}:${probe.id}`;
}

/** The probes of the measure on show; none of push before they came. */
export function probesOf(inspection: RowInspection, choices: Choices): InspectedProbe[] {
  const measure = measureOf(inspection, choices);
  return inspection.probes.filter((probe) => (probe.measure === 'push') === (measure === 'push'));
}

/** The chosen probe, or the first where the card of this row has no such probe. */
export function chosenProbe(inspection: RowInspection, choices: Choices): InspectedProbe | null {
  const probes = probesOf(inspection, choices);
  return probes.find((probe) => probeKey(probe) === choices.probe) ?? probes[0] ?? null;
}

export function scaleFor(inspection: RowInspection, probe: InspectedProbe, relative: boolean): ShadeScale {
  const shaded = shadedTokens(inspection.tokens, probe);
  if (probe.perToken === 'sum') return relative ? rowScale(probe.values, shaded, 0) : sumScale(probe.band, shaded.length);
  return relative ? rowScale(probe.values, shaded, probe.rowValue) : referenceScale(probe.band);
}
