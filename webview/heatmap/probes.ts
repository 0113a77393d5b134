import type { InspectedProbe, RowInspection } from '../../src/protocol';
import type { Choices } from './state';
import { referenceScale, rowScale, type ShadeScale } from './scale';
import { shadedTokens } from './shade';

/** A probe may stand under several measures. */
export function probeKey(probe: InspectedProbe): string {
  return `${probe.measure}:${probe.id}`;
}

/** The chosen probe, or the first where the card of this row has no such probe. */
export function chosenProbe(inspection: RowInspection, choices: Choices): InspectedProbe | null {
  return inspection.probes.find((probe) => probeKey(probe) === choices.probe) ?? inspection.probes[0] ?? null;
}

export function scaleFor(inspection: RowInspection, probe: InspectedProbe, relative: boolean): ShadeScale {
  return relative ? rowScale(probe.values, shadedTokens(inspection.tokens), probe.rowValue) : referenceScale(probe.band);
}
