import { html, type TemplateResult } from 'lit';
import type { Checkbox, Dropdown } from '../../shared/toolkit';
import { headline, notesOf } from '../header';
import { probeKey } from '../probes';
import type { Action, Choices } from '../state';
import type { View } from '../view';
import { factsOf, probeName } from '../words';

export type Command = 'copy-text' | 'save-png' | 'save-svg';

export interface Send {
  act(action: Action): void;
  run(command: Command): void;
}

/** `loading` takes the headline's place while the next row is read, so that nothing below moves. */
export function header({ row, probe }: View, loading: string | null): TemplateResult {
  const notes = notesOf(row);
  return html`<header>
    <h1>${loading ?? headline(row, probe)}</h1>
    <ul class="notes ${loading === null ? '' : 'stale'}" aria-label="About this row">
      ${notes.map(({ text, title, warn }) => html`<li class=${warn ? 'warn' : ''} title=${title}>${text}</li>`)}
    </ul>
  </header>`;
}

export function toolbar({ row, probe }: View, choices: Choices, send: Send): TemplateResult {
  const checked = (event: Event): boolean => (event.target as Checkbox).checked;
  const hasTemplate = row.inspection.tokens.some((token) => token.turn < 0);
  return html`<div class="toolbar" role="group" aria-label="Shading and export">
    <label class="shade">
      <span aria-hidden="true">Shade by</span>
      <vscode-dropdown
        class="probe"
        aria-label="Shade by"
        ?disabled=${row.inspection.probes.length === 0}
        @change=${(event: Event) => send.act({ type: 'probe', probe: (event.target as Dropdown).value })}
      >
        ${row.inspection.probes.map((p) => html`<vscode-option value=${probeKey(p)} ?selected=${p === probe}>${probeName(p)}</vscode-option>`)}
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

/** Two lines that keep their height whatever they say. Not live: a focused token already says it all. */
export function detail({ row: { inspection }, probe, latents }: View, token: number | null): TemplateResult {
  if (token === null) return html`<div class="detail"></div>`;
  const facts = factsOf(inspection.tokens[token]!, token, probe, latents, inspection.latentMax);
  return html`<div class="detail">
    <p><q class="quoted">${facts.text}</q> · ${facts.role} · ${probe ? probeName(probe) : 'probe'} <b>${facts.value}</b> · loss <b>${facts.nll}</b></p>
    <p class="muted">${facts.latents.length > 0 ? `strongest latents here: ${facts.latents.join(' · ')}` : 'no latent is active here'}</p>
  </div>`;
}
