import { ExpectedError } from '../../base/errors';
import type { HookPoint, HookVectors, Measure, ProbeInput, RecordVectors } from '../types';
import { unitFactor } from './linearForm';

export type ProbeInputReason = 'hook-point-missing' | 'push-missing' | 'measure-without-vector';

/** A record's vectors lack what a probe reads. */
export class ProbeInputError extends ExpectedError<ProbeInputReason> {}

/** What a probe reads: part of every probe in a card. */
export interface Reading {
  measure: Measure;
  hookPoint: HookPoint;
  input: ProbeInput;
}

/**
 * The vector that a probe reads from a record: the push vector for `push` `[dModel]`; for `activation` the mean over response
 * tokens, the same minus the prompt's mean, or the last response token `[dModel]`; for `activation+push` both, each at unit norm,
 * one after the other `[2 dModel]`. Otherwise residual units; not normalised. Read-only: it may be the record's own.
 */
export function readInput(vectors: RecordVectors, reading: Reading): Float32Array {
  const { measure, hookPoint, input } = reading;
  if (measure === 'activation+push') return joined(readInput(vectors, { ...reading, measure: 'activation' }), readInput(vectors, { ...reading, measure: 'push' }));
  if (measure === 'trait-likelihood') throw new ProbeInputError('measure-without-vector', `The measure ${measure} reads no vector of a record: a card's probe cannot be applied to it.`);
  if (measure === 'push') {
    if (vectors.push === undefined) throw new ProbeInputError('push-missing', `Push vectors have not been computed for record ${vectors.hash}: run the push pass first.`);
    return at(vectors.push, hookPoint, vectors);
  }
  if (input === 'last') return at(vectors.last, hookPoint, vectors);
  const response = at(vectors.activation, hookPoint, vectors);
  return input === 'response' ? response : minus(response, at(vectors.prompt, hookPoint, vectors));
}

function joined(a: Float32Array, b: Float32Array): Float32Array {
  const both = new Float32Array(a.length + b.length);
  const [fa, fb] = [unitFactor(a), unitFactor(b)];
  a.forEach((value, i) => (both[i] = value * fa));
  b.forEach((value, i) => (both[a.length + i] = value * fb));
  return both;
}

export function minus(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value - b[i]!);
}

function at(vectors: HookVectors, hookPoint: HookPoint, record: RecordVectors): Float32Array {
  const vector = vectors[hookPoint];
  if (vector === undefined) {
    const stored = Object.keys(record.activation).join(', ') || 'none';
    throw new ProbeInputError('hook-point-missing', `The probe reads ${hookPoint}, which is not in the capture set (${stored}): add it to the model's capture set and run again.`);
  }
  return vector;
}
