import { html, type TemplateResult } from 'lit';
import type { Phase } from '../state';

const pages: Record<Exclude<Phase, 'row'>, { title: string; next: string }> = {
  empty: { title: 'No row chosen', next: 'Put the cursor in a row of the file, or choose Inspect above a row.' },
  loading: { title: 'Reading the row', next: 'The first row takes longest: the model is being loaded. You can go on working in the file.' },
  failed: { title: 'This row could not be read', next: 'Move the cursor to another row, or back to this one to try again.' },
  cancelled: { title: 'Reading was cancelled', next: 'Move the cursor to a row to read it.' },
};

export function titleOf(phase: Exclude<Phase, 'row'>): string {
  return pages[phase].title;
}

/** What stands in place of a row, with what to do next. The host's own words come between. */
export function statePage(phase: Exclude<Phase, 'row'>, message: string): TemplateResult {
  const { title, next } = pages[phase];
  const moving = phase === 'loading' && !matchMedia('(prefers-reduced-motion: reduce)').matches;
  return html`<div class="state ${phase}">
    ${moving ? html`<vscode-progress-ring aria-hidden="true"></vscode-progress-ring>` : ''}
    <h1>${title}</h1>
    ${message ? html`<p class="message">${message}</p>` : ''}
    <p class="muted">${next}</p>
  </div>`;
}
