import type { HookPoint, Probe, RecordVectors, TaughtPart, TaughtProbe } from '../types';
import { readInput } from './input';
import { dot, unitFactor } from './linearForm';
import { unpack } from './pack';
import { countFeatures } from './textFeatures';
import { type SparseText, tfidf } from './textModel';

/** What the folds of a taught probe fail to show, in words; null where nothing stands against a claim. */
export function unprovenWords(probe: Probe): string | null {
  return probe.kind === 'taught' && probe.taught.finding !== 'shown' ? probe.taught.verdict : null;
}

/** A taught probe unpacked for use; the probe's sign is folded in. */
export interface TaughtForm {
  hookPoint: HookPoint;
  parts: ReadyPart[];
  bias: number;
  nulls: { count: number; biases: Float64Array };
}

type ReadyPart =
  | { kernel: 'activation' | 'push'; weights: Float64Array; nulls: Float32Array }
  | { kernel: 'text'; idf: Float32Array; /** `[buckets]`, where in the weights a bucket stands; -1 for nowhere. */ place: Int32Array; weights: Float64Array; nulls: Float32Array };

export function readyTaught({ parts, bias, sign, hookPoint, nulls }: TaughtProbe): TaughtForm {
  if (nulls.kind !== 'permuted marks') throw new RangeError(`a taught probe has permuted marks as nulls, not ${nulls.kind}`);
  return { hookPoint, parts: parts.map((part) => readyPart(part, sign)), bias: sign * bias, nulls: { count: nulls.count, biases: Float64Array.from(nulls.biases) } };
}

function readyPart(part: TaughtPart, sign: 1 | -1): ReadyPart {
  const weights = Float64Array.from(unpack(part.weights), (w) => sign * w);
  const nulls = unpack(part.nulls);
  if (part.kernel !== 'text') return { kernel: part.kernel, weights, nulls };
  const idf = unpack(part.idf);
  const place = new Int32Array(idf.length).fill(-1);
  unpack(part.support).forEach((bucket, i) => (place[bucket] = i));
  return { kernel: 'text', idf, place, weights, nulls };
}

/** @throws ProbeInputError where the record lacks push vectors that the probe reads */
export function scoreTaught({ parts, bias, hookPoint }: TaughtForm, vectors: RecordVectors, response: string | undefined): number {
  return parts.reduce((score, part) => {
    if (part.kernel !== 'text') return score + dot(part.weights, unitOf(vectors, part.kernel, hookPoint));
    const { bucket, value } = textOf(part.idf, response);
    let sum = 0;
    for (let i = 0; i < bucket.length; i++) {
      const at = part.place[bucket[i]!]!;
      if (at >= 0) sum += part.weights[at]! * value[i]!;
    }
    return score + sum;
  }, bias);
}

/** `[records, count]`, row-major. */
export function scoreTaughtNulls({ parts, nulls, hookPoint }: TaughtForm, records: readonly RecordVectors[], responses: readonly string[] | undefined): Float64Array {
  const { count } = nulls;
  const scores = new Float64Array(records.length * count);
  records.forEach((vectors, r) => {
    const own = scores.subarray(r * count, (r + 1) * count);
    own.set(nulls.biases);
    for (const part of parts) addNulls(part, vectors, responses?.[r], hookPoint, own);
  });
  return scores;
}

function addNulls(part: ReadyPart, vectors: RecordVectors, response: string | undefined, hookPoint: HookPoint, scores: Float64Array): void {
  const size = part.weights.length;
  if (part.kernel !== 'text') {
    const unit = unitOf(vectors, part.kernel, hookPoint);
    for (let j = 0; j < scores.length; j++) scores[j]! += dot(part.nulls.subarray(j * size, (j + 1) * size), unit);
    return;
  }
  const { bucket, value } = textOf(part.idf, response);
  for (let i = 0; i < bucket.length; i++) {
    const at = part.place[bucket[i]!]!;
    if (at >= 0) for (let j = 0; j < scores.length; j++) scores[j]! += part.nulls[j * size + at]! * value[i]!;
  }
}

function unitOf(vectors: RecordVectors, measure: 'activation' | 'push', hookPoint: HookPoint): Float32Array {
  const vector = readInput(vectors, { measure, hookPoint, input: 'response' });
  const factor = unitFactor(vector);
  return vector.map((value) => value * factor);
}

function textOf(idf: Float32Array, response: string | undefined): SparseText {
  if (response === undefined) throw new RangeError('a taught probe needs the response');
  return tfidf(countFeatures(response, idf.length), idf);
}
