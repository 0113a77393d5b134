import { expect, test } from 'vitest';
import { histogramText, histogramValue, outline, placeOf } from '../../webview/heatmap/histogram';
import { fixture } from './support/inspection';

const histogram = { edges: [0, 1, 2, 3], rows: [6, 3, 1], reference: [1, 1, 0], ordinary: null, band: [0.2, 1.8] as [number, number] };

test('an outline is in per cent and closes at the last edge', () => {
  expect(outline(histogram.edges, histogram.rows)).toEqual([{ x: 0, y: 60 }, { x: 1, y: 30 }, { x: 2, y: 10 }, { x: 3, y: 10 }]);
  expect(outline([0, 1], [0])).toEqual([{ x: 0, y: 0 }, { x: 1, y: 0 }]);
  expect(outline([0], [])).toEqual([]);
});

test('a row outside the axis stands at its end and says so', () => {
  expect([placeOf(histogram, 1.5), placeOf(histogram, 7), placeOf(histogram, -7)]).toEqual([
    { x: 1.5, beyond: null },
    { x: 3, beyond: 'high' },
    { x: 0, beyond: 'low' },
  ]);
});

test('in words', () => {
  expect(histogramText(histogram, 212, { value: 1.5, percentile: 99.47 })).toBe(
    'Row 212 scores 1.50, above 99.4 % of the reference rows. The middle 90 % of the reference rows score from 0.20 to 1.80. 4 rows of 10 in this file score about as high or higher.',
  );
  expect(histogramText(histogram, 212, { value: 9, percentile: 100 })).toContain('1 row of 10');
  expect(histogramText(histogram, 212, { value: -9, percentile: 0 })).toContain('10 rows of 10');
  expect(histogramText(histogram, 212, null)).toMatch(/^Scores of 10 rows of this file and 2 reference rows\. The middle/);
});

test('the value is the deciding score, else the first probe, but never one side of a pair', () => {
  const { inspection, context } = fixture();
  expect(histogramValue(inspection, context.score)?.value).toBe(context.score!.scores[0]!.value);
  expect(histogramValue(inspection, null)?.value).toBe(inspection.probes[0]!.rowValue);
  expect(histogramValue({ ...inspection, side: 'chosen' }, null)).toBeNull();
  expect(histogramValue({ ...inspection, probes: [] }, null)).toBeNull();
});
