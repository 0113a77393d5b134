import { css, html, LitElement } from 'lit';
import type { Shape } from '../../shared/picture';
import { paint } from '../../shared/pictureCanvas';
import { baseStyles } from '../../shared/styles';
import type { Theme } from '../../shared/theme';
import { latentRamp, latentTicks, shadeRamp, shadeTicks } from '../legend';
import type { ShadeScale } from '../scale';

const WIDTH = 96;
const HEIGHT = 10;

/** What the colours mean, with numbers at their ends. */
export class Legend extends LitElement {
  static override styles = [
    baseStyles,
    css`
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 18px;
        margin: 0;
        padding: 0;
        list-style: none;
        color: var(--quiet);
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 6px;
      }
      canvas,
      .hatch {
        width: 96px;
        height: 10px;
        border: 1px solid var(--quiet);
        forced-color-adjust: none;
      }
      .hatch {
        width: 18px;
        background: repeating-linear-gradient(
          135deg,
          transparent 0 3px,
          color-mix(in srgb, var(--ink) 45%, transparent) 3px 4px
        );
      }
      .underline {
        width: 18px;
        height: 2px;
        background: var(--quiet);
        forced-color-adjust: none;
      }
      .number {
        font-variant-numeric: tabular-nums;
      }
    `,
  ];
  static override properties = { what: {}, scale: { attribute: false }, words: { attribute: false }, summed: { attribute: false }, largest: { attribute: false }, theme: { attribute: false } };

  declare what: 'text' | 'matrix';
  declare scale: ShadeScale | null;
  /** What the measure means, where that is not plain. */
  declare words: string;
  declare summed: boolean;
  declare largest: number;
  declare theme: Theme;

  protected override render(): unknown {
    return this.what === 'text' ? this.text() : this.matrix();
  }

  private text(): unknown {
    if (!this.scale) return '';
    const { low, centre, high, note } = shadeTicks(this.scale);
    return html`<ul>
      <li>
        <span class="number">${low}</span><canvas aria-hidden="true"></canvas><span class="number">${high}</span>
        <span>${note}, <span class="number">${centre}</span></span>
      </li>
      ${this.summed ? html`<li>the row's value is the sum of its tokens'</li>` : html`<li><span class="hatch"></span>masked: massive norm</li>`}
      ${this.words ? html`<li>${this.words}</li>` : ''}
    </ul>`;
  }

  private matrix(): unknown {
    const { low, high, unit } = latentTicks(this.largest);
    return html`<ul>
      <li><span class="number">${low}</span><canvas aria-hidden="true"></canvas><span class="number">${high}</span> ${unit}</li>
      <li><span class="hatch"></span>masked</li>
      <li><span class="underline"></span>trained on</li>
    </ul>`;
  }

  protected override updated(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const ratio = window.devicePixelRatio;
    canvas.width = Math.round(WIDTH * ratio);
    canvas.height = Math.round(HEIGHT * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const ramp: Shape[] = (this.what === 'text' ? shadeRamp : latentRamp)(this.theme, WIDTH, HEIGHT);
    paint(context, ramp);
  }
}
