import { css, html, LitElement } from 'lit';
import type { Histogram } from '../../../src/core/types';
import { baseStyles } from '../../shared/styles';
import type { Theme } from '../../shared/theme';
import { formatValue, plural } from '../format';
import { histogramText, sum } from '../histogram';
import { type HistogramChart, histogramConfig, makeHistogram } from '../histogramChart';

/** The file's scores and the reference's, with this row's place; below it the same in words. */
export class HistogramView extends LitElement {
  static override styles = [
    baseStyles,
    css`
      .chart {
        position: relative;
        height: 130px;
      }
      figure,
      p {
        margin: 0;
      }
      .key {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 14px;
        padding: 0;
        margin: 2px 0;
        list-style: none;
        color: var(--quiet);
      }
      .key li {
        display: flex;
        align-items: center;
        gap: 5px;
      }
      .sign {
        width: 18px;
        height: 10px;
        forced-color-adjust: none;
      }
      .rows {
        background: color-mix(in srgb, var(--ink) 35%, transparent);
      }
      .reference,
      .ordinary {
        height: 0;
        border-top: 2px dashed var(--ink);
      }
      .ordinary {
        border-top-style: dotted;
      }
      .band {
        background: color-mix(in srgb, var(--ink) 12%, transparent);
        border: 1px solid color-mix(in srgb, var(--ink) 30%, transparent);
      }
    `,
  ];
  static override properties = {
    histogram: { attribute: false },
    place: { attribute: false },
    line: { attribute: false },
    theme: { attribute: false },
  };

  declare histogram: Histogram;
  declare place: { value: number; percentile: number } | null;
  declare line: number;
  declare theme: Theme;
  private chart: HistogramChart | null = null;

  protected override render(): unknown {
    const { rows, reference, ordinary } = this.histogram;
    return html`<figure>
      <div class="chart"><canvas role="img" aria-label="Histogram of scores" aria-describedby="words"></canvas></div>
      <ul class="key">
        <li><span class="sign rows"></span>this file, ${plural(sum(rows), 'row')}</li>
        <li><span class="sign reference"></span>reference, ${plural(sum(reference), 'row')}</li>
        ${ordinary ? html`<li><span class="sign ordinary"></span>your ordinary rows, ${plural(sum(ordinary), 'row')}</li>` : ''}
        <li><span class="sign band"></span>reference, 5th to 95th percentile</li>
      </ul>
      <figcaption id="words"><p>${histogramText(this.histogram, this.line, this.place)}</p></figcaption>
    </figure>`;
  }

  protected override updated(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    if (!canvas) return;
    this.chart?.destroy();
    const row = this.place && { value: this.place.value, label: `row ${this.line}: ${formatValue(this.place.value)}` };
    this.chart = makeHistogram(canvas, histogramConfig(this.histogram, row, this.theme));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.chart?.destroy();
    this.chart = null;
  }
}
