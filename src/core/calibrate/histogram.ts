import type { Histogram } from '../types';
import { ascending, quantile } from './percentile';

export interface HistogramInput {
  rows: ArrayLike<number>;
  reference: ArrayLike<number>;
  ordinary: ArrayLike<number> | null;
  bins?: number;
}

/**
 * Counts over the range that holds every group's .5th to 99.5th percentile, so that neither a small reference nor a large
 * file sets the scale alone; what lies outside is counted in the end bins. Bins hold [edge, next edge).
 */
export function histogramOf({ rows, reference, ordinary, bins = 40 }: HistogramInput): Histogram {
  const groups = [rows, reference, ordinary ?? []].filter((g) => g.length > 0).map(ascending);
  const edges = edgesOf(groups, bins);
  const sortedReference = ascending(reference);
  return {
    edges,
    rows: countIn(edges, rows),
    reference: countIn(edges, reference),
    ordinary: ordinary === null ? null : countIn(edges, ordinary),
    band: sortedReference.length === 0 ? [edges[0]!, edges[bins]!] : [quantile(sortedReference, 0.05), quantile(sortedReference, 0.95)],
  };
}

function edgesOf(groups: Float64Array[], bins: number): number[] {
  let low = Math.min(...groups.map((g) => quantile(g, 0.005)));
  let high = Math.max(...groups.map((g) => quantile(g, 0.995)));
  if (groups.length === 0) [low, high] = [0, 1];
  if (!(high > low)) {
    const around = Math.max(Math.abs(low), 1) * 0.5;
    [low, high] = [low - around, high + around];
  }
  return Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
}

function countIn(edges: number[], values: ArrayLike<number>): number[] {
  const bins = edges.length - 1;
  const low = edges[0]!;
  const width = (edges[bins]! - low) / bins;
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < values.length; i++) {
    const bin = Math.floor((values[i]! - low) / width);
    counts[Math.max(0, Math.min(bins - 1, bin))]!++;
  }
  return counts;
}
