import { html, type TemplateResult } from 'lit';
import type { Checkbox, Dropdown } from '../../shared/toolkit';
import { headline, notesOf } from '../header';
import { probeKey, probesOf } from '../probes';
import type { Action, Choices, HeatmapMeasure } from '../state';
import type { View } from '../view';
import { factsOf, probeName } from '../words';

export type Command = 'copy-text' | 'save-png' | 'save-svg';

export interface Send {
  act(action: Action): void;
  run(command: Command): void;
}

/** `loading` takes the headline's place while the next row is read, so that nothing below moves. */
export function header({ row, probe, measure }: View, loading: string | null): TemplateResult {
  const notes = notesOf(row);
  return html`<header>
    <h1>${loading ?? headline(row, probe, measure)}</h1>
    <ul class="notes ${loading === null ? '' : 'stale'}" aria-label="About this row">
      ${notes.map(({ text, title, warn }) => html`<li class=${warn ? 'warn' : ''} title=${title}>${text}</li>`)}
    </ul>
  </header>`;
}

export function toolbar({ row, probe, measure }: View, choices: Choices, send: Send): TemplateResult {
  const checked = (event: Event): boolean => (event.target as Checkbox).checked;
  const hasTemplate = row.inspection.tokens.some((token) => token.turn < 0);
  const probes = probesOf(row.inspection, choices);
  return html`<div class="toolbar" role="group" aria-label="Shading and export">
    ${row.inspection.measures.includes('push') ? measureChoice(measure, send) : ''}
    <label class="shade">
      <span aria-hidden="true">Shade by</span>
      <vscode-dropdown
        class="probe"
        aria-label="Shade by"
        ?disabled=${probes.length === 0}
        @change=${(event: Event) => send.act({ type: 'probe', probe: (event.target as Dropdown).value })}
      >
        ${probes.map((p) => html`<vscode-option value=${probeKey(p)} ?selected=${p === probe}>${probeName(p)}</vscode-option>`)}
      </vscode-dropdown>
    </label>
    <vscode-checkbox
      class="relative"
      .checked=${choices.relative}
      @change=${(event: Event) => send.act({ type: 'relative', on: checked(event) })}
      >relative to this row</vscode-checkbox
    >
    <vscode-checkbox
      class="template-text"
      ?disabled=${!hasTemplate}
      .checked=${choices.template}
      @change=${(event: Event) => send.act({ type: 'template', on: checked(event) })}
      >template text</vscode-checkbox
    >
    <span class="exports">
      <vscode-button appearance="secondary" @click=${() => send.run('copy-text')}>Copy as text</vscode-button>
      <vscode-button appearance="secondary" @click=${() => send.run('save-png')}>Save PNG</vscode-button>
      <vscode-button appearance="secondary" @click=${() => send.run('save-svg')}>Save SVG</vscode-button>
    </span>
  </div>`;
}

/** What the numbers are: what the model reads in the row, or what training on the row would do to the model. */
function measureChoice(measure: HeatmapMeasure, send: Send): TemplateResult {
  const options: HeatmapMeasure[] = ['activation', 'push'];
  return html`<label class="shade">
    <span aria-hidden="true">Measure</span>
    <vscode-dropdown class="measure" aria-label="Measure" @change=${(event: Event) => send.act({ type: 'measure', measure: (event.target as Dropdown).value as HeatmapMeasure })}>
      ${options.map((option) => html`<vscode-option value=${option} ?selected=${option === measure}>${option}</vscode-option>`)}
    </vscode-dropdown>
  </label>`;
}

/** What stands under the text while push is not there yet, in the place of its legend. */
export function pendingPush(problem: string, retry: () => void): TemplateResult {
  if (problem === '') return html`<p class="muted pending" role="status">Computing push, ${pushWords} It takes about two passes over the row.</p>`;
  return html`<p class="pending" role="status">Push could not be computed: ${problem} <vscode-button appearance="secondary" @click=${retry}>Try again</vscode-button></p>`;
}

export const pushWords = 'how far one training step on this row moves the model that way.';

/** Two lines that keep their height whatever they say. Not live: a focused token already says it all. */
export function detail({ row: { inspection }, probe, latents, measure }: View, token: number | null): TemplateResult {
  if (token === null) return html`<div class="detail"></div>`;
  const facts = factsOf(inspection.tokens[token]!, token, probe, latents, inspection.latentMax);
  return html`<div class="detail">
    <p><q class="quoted">${facts.text}</q> · ${facts.role} · ${probe ? probeName(probe) : measure === 'push' ? 'push' : 'probe'} <b>${!probe && measure === 'push' ? 'pending' : facts.value}</b> · loss <b>${facts.nll}</b></p>
    <p class="muted">${facts.latents.length > 0 ? `strongest latents here: ${facts.latents.join(' · ')}` : 'no latent is active here'}</p>
  </div>`;
}
