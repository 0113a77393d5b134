import type { TextModelData } from '../types';
import { unpack } from './pack';
import { countFeatures } from './textFeatures';

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
export function scoreText({ idf, weights, bias }: TextModel, text: string): number {
  const { bucket, value } = tfidf(countFeatures(text, idf.length), idf);
  let score = bias;
  for (let i = 0; i < bucket.length; i++) score += weights[bucket[i]!]! * value[i]!;
  return score;
}

/** (1 + ln tf) idf at unit L2 norm; the empty vector where nothing in the text is known. */
export function tfidf(counts: ReadonlyMap<number, number>, idf: Float32Array): SparseText {
  const known = [...counts].filter(([bucket]) => idf[bucket]! > 0);
  const bucket = Uint32Array.from(known, ([b]) => b);
  const value = Float64Array.from(known, ([b, tf]) => (1 + Math.log(tf)) * idf[b]!);
  const length = Math.sqrt(value.reduce((sum, v) => sum + v * v, 0));
  return { bucket, value: value.map((v) => v / length) };
}
