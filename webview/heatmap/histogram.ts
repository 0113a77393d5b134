import type { Histogram, RowScore } from '../../src/core/types';
import type { RowInspection } from '../../src/protocol';
import { formatCount, formatPercentile, formatValue, plural } from './format';

export interface Point {
  x: number;
  y: number;
}

/** A group's bins as a stepped outline, in per cent of the group, so that groups of different size compare. */
export function outline(edges: readonly number[], counts: readonly number[]): Point[] {
  const total = sum(counts) || 1;
  const steps = counts.map((count, i) => ({ x: edges[i]!, y: (100 * count) / total }));
  const last = steps.at(-1);
  return last ? [...steps, { x: edges[counts.length]!, y: last.y }] : [];
}

/** Where the row stands on the axis; the end bins also hold what lies outside. */
export function placeOf({ edges }: Histogram, value: number): { x: number; beyond: 'low' | 'high' | null } {
  const [low, high] = [edges[0]!, edges.at(-1)!];
  if (value < low) return { x: low, beyond: 'low' };
  if (value > high) return { x: high, beyond: 'high' };
  return { x: value, beyond: null };
}

/**
 * The row's value of what the histogram counts: the deciding score, which stands first. A pair's scores are chosen minus
 * rejected, so one side's own value has no place here.
 */
export function histogramValue(inspection: RowInspection, score: RowScore | null): { value: number; percentile: number } | null {
  const first = score?.scores[0];
  if (first) return { value: first.value, percentile: first.percentile };
  const probe = inspection.probes[0];
  return probe && inspection.side === undefined ? { value: probe.rowValue, percentile: probe.percentile } : null;
}

/** What the picture says, in words; shown below it and read in its place. */
export function histogramText(histogram: Histogram, line: number, place: { value: number; percentile: number } | null): string {
  const [low, high] = histogram.band.map(formatValue);
  const band = `The middle 90 % of the reference rows score from ${low} to ${high}.`;
  const file = `Scores of ${plural(sum(histogram.rows), 'row')} of this file and ${formatCount(sum(histogram.reference))} reference rows.`;
  if (!place) return `${file} ${band}`;
  const row = `Row ${line} scores ${formatValue(place.value)}, above ${formatPercentile(place.percentile)} % of the reference rows.`;
  return `${row} ${band} ${asHigh(histogram, place.value)}`;
}

function asHigh({ edges, rows }: Histogram, value: number): string {
  const last = rows.length - 1;
  const bin = Math.max(0, Math.min(last, edges.findLastIndex((edge) => edge <= value)));
  return `${plural(sum(rows.slice(bin)), 'row')} of ${formatCount(sum(rows))} in this file score about as high or higher.`;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
