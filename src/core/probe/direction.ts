import type { DirectionProbe, RecordVectors } from '../types';
import { readInput } from './input';
import { applyForm, type LinearForm, type LinearForms } from './linearForm';
import { unpack } from './pack';

/** sign * (vector . direction), residual units; the vector is not normalised. */
export function directionForm(probe: DirectionProbe): LinearForm {
  return { weights: Float64Array.from(unpack(probe.direction), (v) => probe.sign * v), bias: 0, unit: false };
}

export function directionNulls(probe: DirectionProbe): LinearForms {
  if (probe.nulls.kind !== 'random directions') throw new RangeError(`a direction has random directions as nulls, not ${probe.nulls.kind}`);
  const { count } = probe.nulls;
  return { count, weights: Float64Array.from(unpack(probe.nulls.directions)), biases: new Float64Array(count), unit: false };
}

/** Projection difference (arXiv 2507.21509): the row's projection minus that of the model's own answer to the same prompt. */
export function projectionDifference(probe: DirectionProbe, row: RecordVectors, ownAnswer: RecordVectors): number {
  const form = directionForm(probe);
  return applyForm(form, readInput(row, probe)) - applyForm(form, readInput(ownAnswer, probe));
}
