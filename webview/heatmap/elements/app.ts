import { html, LitElement } from 'lit';
import type { HeatmapIn, HeatmapOut } from '../../../src/protocol';
import type { Host } from '../../shared/host';
import { fontOf, toPng } from '../../shared/pictureCanvas';
import { toSvg } from '../../shared/pictureSvg';
import { baseStyles } from '../../shared/styles';
import { onThemeChange, readTheme, type Theme } from '../../shared/theme';
import { toolkitStyles } from '../../shared/toolkit';
import { copyText } from '../copyText';
import type { ExportInput } from '../exportInput';
import { exportPicture } from '../exportPicture';
import { headline } from '../header';
import { act, type Action, type Choices, currentLatent, currentToken, type HeatmapState, initialState, keyOf, lacksMeasure, receive, underCursor } from '../state';
import { type View, viewOf } from '../view';
import { describeToken, factsOf } from '../words';
import { appStyles } from './app.styles';
import { type Command, detail, header, pendingPush, pushWords, type Send, toolbar } from './parts';
import { statePage, titleOf } from './statePage';

export type HeatmapHost = Host<HeatmapIn, HeatmapOut, Choices>;

/** The whole view: holds the state, gives each part its share of it and posts what the curator asks for. */
export class HeatmapApp extends LitElement implements Send {
  static override styles = [baseStyles, toolkitStyles, appStyles];
  static override properties = { state: { state: true }, theme: { state: true } };

  private declare state: HeatmapState;
  private declare theme: Theme;
  private view: View | null = null;
  /** The row that push was asked for. */
  private asked: string | null = null;

  constructor(private readonly host: HeatmapHost) {
    super();
    this.state = initialState(host.saved);
    this.theme = readTheme();
    onThemeChange(() => (this.theme = readTheme()));
    host.listen((message) => (this.state = receive(this.state, message)));
  }

  readonly act = (action: Action): void => {
    const before = this.state;
    if (action.type === 'measure') this.asked = null;
    this.state = act(before, action);
    if (this.state.choices !== before.choices) this.host.save(this.state.choices);
  };

  readonly run = (command: Command): void => {
    if (!this.view) return;
    const { row, probe } = this.view;
    if (command === 'copy-text') return this.host.post({ type: 'copy-text', text: copyText(row, probe) });
    const picture = exportPicture(this.exportInput(this.view));
    if (command === 'save-png') this.host.post({ type: 'save', kind: 'png', data: toPng(picture) });
    else this.host.post({ type: 'save', kind: 'svg', data: toSvg(picture, headline(row, probe, this.view.measure)) });
  };

  private exportInput({ row, probe, scale, shown, latents }: View): ExportInput {
    const { theme } = this;
    const context = document.createElement('canvas').getContext('2d');
    const measure: ExportInput['measure'] = (text, size, bold) => {
      if (!context) return text.length * size * 0.55;
      context.font = fontOf({ size, bold, family: theme.fontFamily });
      return context.measureText(text).width;
    };
    return { row, probe, scale, shown, latents, theme, measure };
  }

  protected override willUpdate(): void {
    const { row, choices } = this.state;
    if (!row) this.view = null;
    else if (this.view?.row !== row || this.view.choices !== choices) this.view = viewOf(row, choices);
    this.askForPush();
  }

  /** Once a row: it costs a backward pass. */
  private askForPush(): void {
    if (!this.state.row || !lacksMeasure(this.state)) return;
    const key = keyOf(this.state.row);
    if (this.asked === key) return;
    this.asked = key;
    this.host.post({ type: 'measure', measure: 'push' });
  }

  private readonly tryAgain = (): void => this.act({ type: 'measure', measure: 'push' });

  protected override render(): unknown {
    const { phase, message } = this.state;
    const { view } = this;
    return html`<main>
      <div class="spoken" role="status">${phase === 'row' ? '' : `${titleOf(phase)}. ${message}`}</div>
      ${view ? this.rowPage(view) : statePage(phase === 'row' ? 'empty' : phase, message)}
    </main>`;
  }

  private rowPage(view: View): unknown {
    const { state, theme } = this;
    const loading = state.phase === 'loading';
    const { inspection, context } = view.row;
    const [token, latent, cursor] = [currentToken(state), currentLatent(state), underCursor(state)];
    return html`<div ?inert=${loading} aria-busy=${loading}>
      ${header(view, loading ? state.message || titleOf('loading') : null)}
      <div class=${loading ? 'stale' : ''}>
        ${toolbar(view, state.choices, this)}
        <section aria-label="Conversation">
          <persona-conversation
            .tokens=${inspection.tokens}
            .shown=${view.shown}
            .strengths=${view.strengths}
            .summed=${view.probe?.perToken === 'sum'}
            .theme=${theme}
            .token=${token}
            .cursor=${cursor}
            .line=${inspection.line}
            .rowKey=${keyOf(view.row)}
            .describe=${this.describe}
            .onToken=${this.onToken}
            .onPick=${this.onPick}
            .onHover=${this.onHover}
          ></persona-conversation>
          ${detail(view, state.hover ?? token)}
          ${view.measure === 'push' && !view.probe
            ? pendingPush(state.noMeasure, this.tryAgain)
            : html`<persona-legend what="text" .scale=${view.scale} .theme=${theme} .words=${view.measure === 'push' ? `push: ${pushWords}` : ''} .summed=${view.probe?.perToken === 'sum'}></persona-legend>`}
        </section>
        <section>
          <h2>Latents by token</h2>
          ${this.matrix(view, { token, latent, cursor })}
        </section>
        <section>
          <h2>Scores of the file</h2>
          ${context.histogram
            ? html`<persona-histogram .histogram=${context.histogram} .place=${view.place} .line=${inspection.line} .theme=${theme}></persona-histogram>`
            : html`<p class="muted waiting">Scores appear when the audit is done.</p>`}
        </section>
      </div>
    </div>`;
  }

  private matrix({ row, shown, latents }: View, marks: { token: number | null; latent: number | null; cursor: number | null }): unknown {
    const { inspection } = row;
    if (latents.length === 0) return html`<p class="muted">This model has no autoencoder: there are no latents to show.</p>`;
    return html`<persona-matrix
        .tokens=${inspection.tokens}
        .shown=${shown}
        .latents=${latents}
        .largest=${inspection.latentMax}
        .pins=${this.state.choices.pins}
        .theme=${this.theme}
        .token=${marks.token}
        .latent=${marks.latent}
        .cursor=${marks.cursor}
        .hover=${this.state.hover}
        .onToken=${this.onToken}
        .onLatent=${this.onLatent}
        .onPick=${this.onPick}
        .onPin=${this.onPin}
        .onHover=${this.onHover}
      ></persona-matrix>
      <persona-legend what="matrix" .largest=${inspection.latentMax} .theme=${this.theme}></persona-legend>`;
  }

  private readonly onToken = (token: number): void => this.act({ type: 'token', token });
  private readonly onLatent = (latent: number): void => this.act({ type: 'latent', latent });
  private readonly onPin = (latent: number): void => this.act({ type: 'pin', latent });
  private readonly onHover = (token: number | null): void => this.act({ type: 'hover', token });

  /** Template text stands nowhere in the file. */
  private readonly onPick = (token: number): void => {
    const range = this.view?.row.inspection.tokens[token]?.range;
    if (range) this.host.post({ type: 'select', range: { start: range.start, end: range.end } });
  };

  private readonly describe = (token: number): string => {
    if (!this.view) return '';
    const { row, probe, latents } = this.view;
    const it = row.inspection.tokens[token]!;
    return describeToken(it, factsOf(it, token, probe, latents, row.inspection.latentMax), probe);
  };
}
