import { BUCKETS, countFeatures, pack, unpack } from '../../../src/core/probe';
import type { TaughtFold } from '../../../src/core/teach/heldOut';
import type { TeachRow } from '../../../src/core/teach';

/** What teaching's kernels are, row by row and in double precision: nothing is packed, shared or blocked. */
export function directKernel(rows: readonly TeachRow[], id: 'activation' | 'push' | 'text'): (a: number, b: number) => number {
  const records = rows.flatMap(({ main, rejected }) => (rejected ? [main, rejected] : [main]));
  const features = id === 'text' ? textFeatures(records.map(({ response }) => response)) : vectorFeatures(records.map((record) => [...record[id]!]));
  const sides = rows.map(({ rejected }) => (rejected ? 2 : 1));
  let at = 0;
  const own = sides.map((count) => {
    const [chosen, rejected] = [features[at]!, features[at + 1]!];
    at += count;
    return count === 2 ? chosen.map((value, i) => value - rejected[i]!) : chosen;
  });
  const meanSquare = own.reduce((sum, feature) => sum + dot(feature, feature), 0) / own.length;
  return (a, b) => dot(own[a]!, own[b]!) / meanSquare;
}

function vectorFeatures(vectors: number[][]): number[][] {
  const units = vectors.map(unit);
  const mean = units[0]!.map((_, i) => units.reduce((sum, vector) => sum + vector[i]!, 0) / units.length);
  const deviation = mean.map((m, i) => Math.sqrt(units.reduce((sum, vector) => sum + (vector[i]! - m) ** 2, 0) / units.length));
  return units.map((vector) => vector.map((value, i) => (value - mean[i]!) / deviation[i]!));
}

/** Columns are the buckets that any text has; idf is a half-precision number, as in a card. */
function textFeatures(texts: string[]): number[][] {
  const counts = texts.map((text) => countFeatures(text, BUCKETS));
  const times = counts.map(({ bucket, times }) => new Map([...bucket].map((b, i) => [b, times[i]!])));
  const buckets = [...new Set(times.flatMap((map) => [...map.keys()]))];
  const idf = buckets.map((b) => {
    const df = times.filter((map) => map.has(b)).length;
    return df < 2 ? 0 : half(Math.log((1 + texts.length) / (1 + df)) + 1);
  });
  return times.map((map) => unit(buckets.map((b, i) => (map.has(b) ? (1 + Math.log(map.get(b)!)) * idf[i]! : 0))));
}

/** (1 + good held-out marks at or above the row under the probe of their fold) / (n + 1), counted pair by pair. */
export function directP(row: number, folds: readonly (Pick<TaughtFold, 'heldOut'> & { scoreOf: (row: number) => number })[], marked: readonly { row: number; label: 'good' | 'bad' }[]): number {
  let n = 0;
  let above = 0;
  for (const { heldOut, scoreOf } of folds) {
    for (const mark of heldOut) {
      if (marked[mark]!.label === 'bad') continue;
      n++;
      if (scoreOf(marked[mark]!.row) >= scoreOf(row)) above++;
    }
  }
  return (1 + above) / (n + 1);
}

function half(value: number): number {
  return unpack(pack([value], [1], 'f16'))[0]!;
}

function unit(vector: number[]): number[] {
  const norm = Math.sqrt(dot(vector, vector));
  return vector.map((value) => (norm > 0 ? value / norm : 0));
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
