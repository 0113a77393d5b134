import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { InspectedLatent, InspectedToken } from '../../../src/protocol';
import { fontOf, paint } from '../../shared/pictureCanvas';
import { baseStyles } from '../../shared/styles';
import type { Theme } from '../../shared/theme';
import { formatLatent } from '../format';
import { move } from '../legend';
import { cellAt, layoutMatrix, type MatrixLayout, scrollToColumn, visibleColumns } from '../matrix';
import { matrixCells } from '../matrixPicture';
import { type Marks, matrixMarks } from '../matrixMarks';
import { walk } from '../tokens';
import { describeCell, shownText } from '../words';
import { latentNames } from './latentNames';
import { matrixStyles } from './matrix.styles';

const PAGE = 10;

/**
 * Latents by tokens. The canvas is as wide as the view and is drawn anew at each scroll position, so that 2,048 tokens cost what
 * 60 do. A screen reader meets a grid of one live cell, the current one.
 */
export class Matrix extends LitElement {
  static override styles = [baseStyles, matrixStyles];
  static override properties = {
    tokens: { attribute: false },
    shown: { attribute: false },
    latents: { attribute: false },
    largest: { attribute: false },
    pins: { attribute: false },
    theme: { attribute: false },
    token: { attribute: false },
    latent: { attribute: false },
    cursor: { attribute: false },
    hover: { attribute: false },
    hoverRow: { state: true },
    focused: { state: true },
  };

  declare tokens: readonly InspectedToken[];
  declare shown: readonly number[];
  declare latents: readonly InspectedLatent[];
  declare largest: number;
  declare pins: readonly number[];
  declare theme: Theme;
  declare token: number | null;
  declare latent: number | null;
  declare cursor: number | null;
  declare hover: number | null;
  private declare hoverRow: number;
  private declare focused: boolean;
  onToken: (token: number) => void = () => {};
  onLatent: (latent: number) => void = () => {};
  onPick: (token: number) => void = () => {};
  onPin: (latent: number) => void = () => {};
  onHover: (token: number | null) => void = () => {};

  private layout: MatrixLayout = layoutMatrix(0, 0, 0);
  private frame = 0;
  private readonly resized = new ResizeObserver(() => this.draw());

  constructor() {
    super();
    this.hoverRow = -1;
    this.focused = false;
  }

  protected override render(): unknown {
    return html`<div class="matrix">
      ${latentNames({ latents: this.latents, pins: this.pins, current: this.latent, onPin: this.onPin })}
      <div
        class="scroller"
        role="grid"
        tabindex="0"
        aria-label="Latents by token"
        aria-rowcount=${this.latents.length}
        aria-colcount=${this.shown.length}
        aria-activedescendant="cell"
        @scroll=${this.later}
        @keydown=${this.pressed}
        @click=${this.clicked}
        @pointermove=${this.moved}
        @pointerleave=${this.left}
        @focus=${() => (this.focused = true)}
        @blur=${() => (this.focused = false)}
      >
        ${this.cell()}
        <div class="wide" aria-hidden="true"><canvas></canvas></div>
      </div>
    </div>`;
  }

  /** A new element for each cell: readers announce a change of the active descendant, not of its text. */
  private cell(): unknown {
    const [token, latent] = [this.token, this.currentLatent()];
    if (token === null || !latent) return '';
    const text = describeCell(this.tokens[token]!, latent, latent.values[token]!, this.largest);
    const [row, column] = [this.latents.indexOf(latent) + 1, this.shown.indexOf(token) + 1];
    const cell = (): TemplateResult =>
      html`<div role="row" class="spoken" aria-rowindex=${row}><div role="gridcell" id="cell" aria-colindex=${column}>${text}</div></div>`;
    return keyed(`${row},${column}`, cell());
  }

  private currentLatent(): InspectedLatent | undefined {
    return this.latents.find((l) => l.index === this.latent);
  }

  private get scroller(): HTMLElement | null {
    return this.renderRoot.querySelector<HTMLElement>('.scroller');
  }

  protected override firstUpdated(): void {
    if (this.scroller) this.resized.observe(this.scroller);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resized.disconnect();
    cancelAnimationFrame(this.frame);
  }

  protected override updated(changed: PropertyValues<this>): void {
    this.draw();
    if (changed.has('token') || changed.has('shown')) this.follow();
  }

  /** Brings the current token into view when another one became it. */
  private follow(): void {
    const scroller = this.scroller;
    const column = this.token === null ? -1 : this.shown.indexOf(this.token);
    if (!scroller || column < 0) return;
    scroller.scrollLeft = scrollToColumn(this.layout, column, scroller.scrollLeft, scroller.clientWidth);
  }

  private readonly later = (): void => {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.draw());
  };

  private draw(): void {
    const scroller = this.scroller;
    const canvas = this.renderRoot.querySelector('canvas');
    const context = canvas?.getContext('2d');
    if (!scroller || !canvas || !context || !this.theme) return;
    const view = scroller.clientWidth;
    this.layout = layoutMatrix(this.shown.length, this.latents.length, view);
    const { width, height, cell } = this.layout;
    (canvas.parentElement as HTMLElement).style.width = `${Math.max(width, 1)}px`;
    const shownWidth = Math.min(view, width);
    sizeCanvas(canvas, shownWidth, height);
    const ratio = window.devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, shownWidth, height);
    const left = scroller.scrollLeft;
    const { first, end } = visibleColumns(this.layout, left, view);
    const content = { tokens: this.tokens, columns: this.shown, latents: this.latents, largest: this.largest };
    paint(context, move(matrixCells(content, this.layout, this.theme, first, end), first * cell - left, 0));
    context.font = fontOf({ size: 11, family: this.theme.fontFamily });
    const widthOf = (text: string): number => context.measureText(text).width;
    paint(context, matrixMarks(this.marks(), this.layout, this.theme, left, shownWidth, widthOf));
  }

  private marks(): Marks {
    const columnOf = (token: number | null): number => (token === null ? -1 : this.shown.indexOf(token));
    const [cursor, column, hover] = [columnOf(this.cursor), columnOf(this.token), columnOf(this.hover)];
    const row = this.latents.findIndex((l) => l.index === this.latent);
    return {
      cursor: cursor < 0 ? null : cursor,
      current: column < 0 || row < 0 ? null : { column, row },
      focused: this.focused,
      hover: hover < 0 ? null : { column: hover, row: this.hoverRow },
      label: this.label(hover < 0 ? column : hover, hover < 0 ? row : this.hoverRow),
    };
  }

  private label(column: number, row: number): string {
    const at = this.shown[column];
    if (at === undefined) return '';
    const token = this.tokens[at]!;
    const name = `“${shownText(token.text)}”`;
    const latent = this.latents[row];
    if (token.masked) return `${name} masked`;
    return latent ? `${name} ${formatLatent(latent.values[at]!, this.largest)} of ${formatLatent(this.largest, this.largest)}` : name;
  }

  private hit(event: MouseEvent): { token: number; row: number } | null {
    const scroller = this.scroller;
    if (!scroller) return null;
    const box = scroller.getBoundingClientRect();
    const found = cellAt(this.layout, event.clientX - box.left - scroller.clientLeft + scroller.scrollLeft, event.clientY - box.top - scroller.clientTop);
    return found && { token: this.shown[found.column]!, row: found.row };
  }

  private readonly moved = (event: PointerEvent): void => {
    const found = this.hit(event);
    this.hoverRow = found?.row ?? -1;
    this.onHover(found?.token ?? null);
  };

  private readonly left = (): void => {
    this.hoverRow = -1;
    this.onHover(null);
  };

  private readonly clicked = (event: MouseEvent): void => {
    const found = this.hit(event);
    if (!found) return;
    const latent = this.latents[found.row];
    if (latent) this.onLatent(latent.index);
    this.onToken(found.token);
    this.onPick(found.token);
  };

  private readonly pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const action = this.actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };

  private readonly actions: Record<string, () => void> = {
    ArrowRight: () => this.step(1),
    ArrowLeft: () => this.step(-1),
    PageDown: () => this.step(PAGE),
    PageUp: () => this.step(-PAGE),
    Home: () => this.step(-this.shown.length),
    End: () => this.step(this.shown.length),
    ArrowDown: () => this.climb(1),
    ArrowUp: () => this.climb(-1),
    Enter: () => this.token !== null && this.onPick(this.token),
    ' ': () => this.token !== null && this.onPick(this.token),
  };

  private step(by: number): void {
    const next = walk(this.shown, this.token, by);
    if (next !== null) this.onToken(next);
  }

  private climb(by: 1 | -1): void {
    const at = this.latents.findIndex((l) => l.index === this.latent);
    const next = this.latents[Math.max(0, Math.min(this.latents.length - 1, at + by))];
    if (next) this.onLatent(next.index);
  }
}

function sizeCanvas(canvas: HTMLCanvasElement, width: number, height: number): void {
  const ratio = window.devicePixelRatio;
  const [wide, tall] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== tall) canvas.height = tall;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
}
