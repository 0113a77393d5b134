import type { TextModelData } from '../types';
import { unpack } from './pack';
import { BUCKETS, countFeatures, type TextCounts } from './textFeatures';

/** A card's text model unpacked for use. */
export interface TextModel {
  /** `[buckets]`, inverse document frequency; 0 for buckets never seen in training, which a text is then read without. */
  idf: Float32Array;
  /** `[buckets]` */
  weights: Float32Array;
  bias: number;
}

/** Buckets of a text and their unit-norm TF-IDF values. */
export interface SparseText {
  bucket: Uint32Array;
  value: Float64Array;
}

export function loadText(data: TextModelData): TextModel {
  return { idf: unpack(data.idf), weights: unpack(data.weights), bias: data.bias };
}

/** Score of a response's text; high is more like the bad rows. */
export function scoreText(model: TextModel, text: string): number {
  return scoreCounts(model, countFeatures(text, model.idf.length));
}

export function scoreCounts({ idf, weights, bias }: TextModel, counts: TextCounts): number {
  const { bucket, value } = tfidf(counts, idf);
  let score = bias;
  for (let i = 0; i < bucket.length; i++) score += weights[bucket[i]!]! * value[i]!;
  return score;
}

/** ln((1 + n) / (1 + df)) + 1, `[buckets]`; 0 for buckets of fewer texts than told. */
export function inverseFrequencies(texts: readonly TextCounts[], leastTexts = 1): Float64Array {
  const frequency = new Float64Array(BUCKETS);
  for (const { bucket } of texts) for (let i = 0; i < bucket.length; i++) frequency[bucket[i]!]!++;
  return frequency.map((df) => (df < leastTexts ? 0 : Math.log((1 + texts.length) / (1 + df)) + 1));
}

/** (1 + ln tf) idf at unit L2 norm; all zero where nothing in the text is known. */
export function tfidf({ bucket, times }: TextCounts, idf: Float32Array): SparseText {
  const value = new Float64Array(bucket.length);
  let squares = 0;
  for (let i = 0; i < value.length; i++) {
    value[i] = (1 + Math.log(times[i]!)) * idf[bucket[i]!]!;
    squares += value[i]! ** 2;
  }
  const factor = squares > 0 ? 1 / Math.sqrt(squares) : 0;
  for (let i = 0; i < value.length; i++) value[i]! *= factor;
  return { bucket, value };
}
