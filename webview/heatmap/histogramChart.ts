import { Chart, Filler, LinearScale, LineController, LineElement, type Plugin, PointElement, type ChartConfiguration } from 'chart.js';
import type { Histogram } from '../../src/core/types';
import { type Colour, toCss, withAlpha } from '../shared/colour';
import type { Theme } from '../shared/theme';
import { formatValue } from './format';
import { outline, placeOf, type Point } from './histogram';

Chart.register(Filler, LinearScale, LineController, LineElement, PointElement);

export type HistogramChart = Chart<'line', Point[]>;

/** Colour says low and high elsewhere in this view: here groups differ by fill and line only. */
export function histogramConfig(histogram: Histogram, row: { value: number; label: string } | null, theme: Theme): ChartConfiguration<'line', Point[]> {
  const { edges } = histogram;
  const line = (points: Point[], stroke: Colour, dash: number[], fill: Colour | null): ChartConfiguration<'line', Point[]>['data']['datasets'][number] => ({
    data: points,
    stepped: 'before' as const,
    borderColor: toCss(stroke),
    borderWidth: fill ? 0 : 1.5,
    borderDash: dash,
    pointRadius: 0,
    fill: fill ? 'origin' : false,
    backgroundColor: fill ? toCss(fill) : undefined,
  });
  const ordinary = histogram.ordinary ? [line(outline(edges, histogram.ordinary), theme.foreground, [1, 3], null)] : [];
  return {
    type: 'line',
    data: {
      datasets: [
        line(outline(edges, histogram.rows), theme.foreground, [], withAlpha(theme.foreground, 0.35)),
        line(outline(edges, histogram.reference), theme.foreground, [5, 3], null),
        ...ordinary,
      ],
    },
    options: {
      animation: false,
      events: [],
      responsive: true,
      maintainAspectRatio: false,
      layout: { padding: { top: 16 } },
      scales: {
        x: {
          type: 'linear',
          min: edges[0],
          max: edges.at(-1),
          grid: { display: false },
          border: { color: toCss(theme.muted) },
          ticks: { color: toCss(theme.muted), maxTicksLimit: 7, maxRotation: 0, includeBounds: false, font: { size: 11, family: theme.fontFamily }, callback: (value) => formatValue(Number(value)) },
        },
        y: { display: false, beginAtZero: true },
      },
    },
    plugins: [bandPlugin(histogram, theme), ...(row ? [rowPlugin(histogram, row, theme)] : [])],
  };
}

function bandPlugin({ band }: Histogram, theme: Theme): Plugin<'line'> {
  return {
    id: 'band',
    beforeDatasetsDraw({ ctx, chartArea: { top, bottom, left, right }, scales: { x } }) {
      const [from, to] = band.map((value) => Math.max(left, Math.min(right, x!.getPixelForValue(value)))) as [number, number];
      ctx.fillStyle = toCss(withAlpha(theme.foreground, theme.highContrast ? 0.2 : 0.1));
      ctx.fillRect(from, top, to - from, bottom - top);
    },
  };
}

function rowPlugin(histogram: Histogram, { value, label }: { value: number; label: string }, theme: Theme): Plugin<'line'> {
  const { x: place, beyond } = placeOf(histogram, value);
  return {
    id: 'row',
    afterDatasetsDraw({ ctx, chartArea: { top, bottom, left, right }, scales: { x } }) {
      const at = Math.round(x!.getPixelForValue(place));
      ctx.fillStyle = toCss(theme.foreground);
      ctx.fillRect(Math.min(at, right - 2), top - 4, 2, bottom - top + 4);
      const text = beyond === 'high' ? `${label} →` : beyond === 'low' ? `← ${label}` : label;
      ctx.font = `11px ${theme.fontFamily}`;
      ctx.textBaseline = 'alphabetic';
      const width = ctx.measureText(text).width;
      ctx.fillText(text, Math.max(left, Math.min(right - width, at - width / 2)), top - 6);
    },
  };
}

export function makeHistogram(canvas: HTMLCanvasElement, config: ChartConfiguration<'line', Point[]>): HistogramChart {
  return new Chart(canvas, config);
}
