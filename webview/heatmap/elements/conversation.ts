import { html, LitElement, type PropertyValues, type TemplateResult } from 'lit';
import { guard } from 'lit/directives/guard.js';
import type { InspectedToken } from '../../../src/protocol';
import { toCss } from '../../shared/colour';
import { baseStyles } from '../../shared/styles';
import type { Theme } from '../../shared/theme';
import { nearestInLine } from '../lines';
import { shadeColour, sideOf } from '../shade';
import { type Block, blocksOf, isTemplate, walk } from '../tokens';
import { isUnseen, spokenText } from '../words';
import { conversationStyles } from './conversation.styles';

/**
 * The row's text, each token an option of one list box (roving tabindex). Thousands of tokens: lit writes them once a row;
 * shades and marks are set on the elements, by property, which a content security policy allows.
 */
export class Conversation extends LitElement {
  static override styles = [baseStyles, conversationStyles];
  static override properties = {
    tokens: { attribute: false },
    shown: { attribute: false },
    strengths: { attribute: false },
    summed: { attribute: false },
    theme: { attribute: false },
    token: { attribute: false },
    cursor: { attribute: false },
    line: { attribute: false },
    rowKey: { attribute: false },
  };

  declare tokens: readonly InspectedToken[];
  declare shown: readonly number[];
  declare strengths: Float32Array;
  /** The tokens' values add up, masked ones' too: none is hatched. */
  declare summed: boolean;
  declare theme: Theme;
  /** The token that keys act on. */
  declare token: number | null;
  /** The token under the editor's cursor. */
  declare cursor: number | null;
  declare line: number;
  /** The same for a row that comes again with more known of it: its place on screen is kept. */
  declare rowKey: string;
  describe: (token: number) => string = String;
  onToken: (token: number) => void = () => {};
  onPick: (token: number) => void = () => {};
  onHover: (token: number | null) => void = () => {};

  private spans = new Map<number, HTMLElement>();

  protected override render(): unknown {
    return guard([this.tokens, this.shown, this.line], () => {
      const shown = new Set(this.shown);
      const blocks = blocksOf(this.tokens).map((block) => ({ ...block, tokens: block.tokens.filter((i) => shown.has(i)) }));
      return html`<div
        class="text"
        role="listbox"
        aria-label="Tokens of row ${this.line}"
        @click=${this.clicked}
        @keydown=${this.pressed}
        @pointermove=${this.moved}
        @pointerleave=${() => this.onHover(null)}
      >
        ${blocks.filter((block) => block.tokens.length > 0).map((block) => this.block(block))}
      </div>`;
    });
  }

  private block({ turn, role, tokens }: Block): TemplateResult {
    const name = turn < 0 ? 'template' : (role ?? 'text');
    // No white space may stand between the tags: the text keeps its own.
    return html`<div class="turn ${turn < 0 ? 'template' : ''}" role="group" aria-label=${name}>
      <div class="role" aria-hidden="true">${name}</div>
      <div class="tokens" dir="auto">${tokens.map((i) => html`<span role="option" data-token=${i}>${this.tokens[i]!.text}</span>`)}</div>
    </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    const rewritten = changed.has('tokens') || changed.has('shown') || changed.has('line');
    if (rewritten) this.collect();
    if (rewritten || changed.has('strengths') || changed.has('summed') || changed.has('theme')) this.paint();
    if (changed.has('rowKey')) this.scrollToTop();
    this.markToken(changed.get('token'));
    if (rewritten || changed.has('cursor')) this.markCursor(changed.has('cursor') || changed.has('rowKey'));
  }

  private collect(): void {
    const spans = this.renderRoot.querySelectorAll<HTMLElement>('[data-token]');
    this.spans = new Map([...spans].map((span) => [Number(span.dataset.token), span]));
  }

  private scrollToTop(): void {
    this.renderRoot.querySelector('.text')?.scrollTo({ top: 0 });
  }

  /** Sets everything on every span: lit hands the elements of the last row to the next. */
  private paint(): void {
    for (const [i, span] of this.spans) {
      const token = this.tokens[i]!;
      const strength = this.strengths[i]!;
      const colour = shadeColour(strength, this.theme);
      span.className = ['token', sideOf(strength), ...kindsOf(token, this.summed)].join(' ');
      span.style.backgroundColor = colour ? toCss(colour) : '';
      span.tabIndex = -1;
      span.ariaSelected = 'false';
      span.ariaLabel = blankName(token);
    }
  }

  private markToken(before: number | null | undefined): void {
    const last = before === null || before === undefined ? undefined : this.spans.get(before);
    if (last) {
      last.tabIndex = -1;
      last.ariaSelected = 'false';
      last.ariaLabel = blankName(this.tokens[before!]!);
      last.classList.remove('current');
    }
    const span = this.token === null ? undefined : this.spans.get(this.token);
    if (!span || this.token === null) return;
    span.tabIndex = 0;
    span.ariaSelected = 'true';
    span.ariaLabel = this.describe(this.token);
    span.classList.add('current');
    const active = this.shadowRoot?.activeElement;
    if (active && active !== span) span.focus({ preventScroll: true });
    if (before !== undefined && before !== this.token) this.reveal(span);
  }

  private markCursor(moved: boolean): void {
    for (const span of this.renderRoot.querySelectorAll('.cursor')) span.classList.remove('cursor');
    const span = this.cursor === null ? undefined : this.spans.get(this.cursor);
    span?.classList.add('cursor');
    if (span && moved) this.reveal(span);
  }

  /** Scrolls this list only, and only as far as the token is out of sight: the page does not move under the reader. */
  private reveal(span: HTMLElement): void {
    const list = this.renderRoot.querySelector('.text');
    if (!list) return;
    const [box, view] = [span.getBoundingClientRect(), list.getBoundingClientRect()];
    if (box.top < view.top) list.scrollTop += box.top - view.top - box.height;
    else if (box.bottom > view.bottom) list.scrollTop += box.bottom - view.bottom + box.height;
  }

  private readonly clicked = (event: MouseEvent): void => {
    const token = tokenOf(event);
    if (token === null || this.hasSelection()) return;
    this.onToken(token);
    this.spans.get(token)?.focus({ preventScroll: true });
    this.onPick(token);
  };

  /** A drag over the text is there to copy it. Selections within a shadow root are Chromium's own method. */
  private hasSelection(): boolean {
    const root = this.renderRoot as ShadowRoot & { getSelection?: () => Selection | null };
    return root.getSelection?.()?.isCollapsed === false;
  }

  private readonly moved = (event: PointerEvent): void => this.onHover(tokenOf(event));

  private readonly pressed = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || this.token === null) return;
    const next = this.keyTarget(event.key, this.token);
    if (next === undefined) return;
    event.preventDefault();
    if (event.key === 'Enter' || event.key === ' ') this.onPick(this.token);
    else if (next !== null) this.onToken(next);
  };

  /** Undefined for keys that mean nothing here. */
  private keyTarget(key: string, from: number): number | null | undefined {
    switch (key) {
      case 'ArrowRight':
        return walk(this.shown, from, 1);
      case 'ArrowLeft':
        return walk(this.shown, from, -1);
      case 'ArrowDown':
        return this.inLine(from, 1);
      case 'ArrowUp':
        return this.inLine(from, -1);
      case 'Home':
        return this.shown[0] ?? null;
      case 'End':
        return this.shown.at(-1) ?? null;
      case 'Enter':
      case ' ':
        return from;
      default:
        return undefined;
    }
  }

  private inLine(from: number, direction: 1 | -1): number | null {
    const boxes = this.shown.map((i) => this.spans.get(i)!.getClientRects()[0] ?? this.spans.get(i)!.getBoundingClientRect());
    const found = nearestInLine(boxes, this.shown.indexOf(from), direction);
    return found === null ? null : this.shown[found]!;
  }
}

/** Only what has no text to be named by: thousands of labels would slow a screen reader. */
function blankName({ text }: InspectedToken): string | null {
  return text.trim() === '' || isUnseen(text) ? spokenText(text) : null;
}

function kindsOf(token: InspectedToken, summed: boolean): string[] {
  const kinds: string[] = [];
  if (token.masked && !summed) kinds.push('masked');
  if (isTemplate(token)) kinds.push('aside');
  if (isUnseen(token.text)) kinds.push('empty');
  else if (/^[\r\n]/.test(token.text) && token.text.trim() === '') kinds.push('line-end');
  return kinds;
}

function tokenOf(event: Event): number | null {
  const span = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-token]') : null;
  return span ? Number(span.dataset.token) : null;
}
