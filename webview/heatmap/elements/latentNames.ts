import { html, svg, type TemplateResult } from 'lit';
import type { InspectedLatent } from '../../../src/protocol';
import { formatValue } from '../format';
import { latentName } from '../words';

export interface LatentNames {
  latents: readonly InspectedLatent[];
  pins: readonly number[];
  /** Index of the latent that keys act on. */
  current: number | null;
  onPin: (latent: number) => void;
}

const pin = svg`<path d="M5.5 1h5v1l-1 .6v3.6l2 2V9.5h-3V14l-.5 1-.5-1V9.5h-3V8.2l2-2V2.6l-1-.6z"/>`;

/** The matrix's first column: a button a latent, which pins it. It does not scroll with the tokens. */
export function latentNames({ latents, pins, current, onPin }: LatentNames): TemplateResult {
  return html`<div class="names" role="group" aria-label="Latents: choose to pin">
    <div class="name head" aria-hidden="true"><span></span><span>latent</span><span class="number">mean</span><span class="number">z</span></div>
    ${latents.map((latent) => {
      const pinned = pins.includes(latent.index);
      const [mean, z] = [formatValue(latent.mean), formatValue(latent.z)];
      const name = `${latent.index} ${latentName(latent)}`;
      return html`<button
        class="name ${latent.index === current ? 'current' : ''}"
        aria-pressed=${pinned}
        title="${name} · mean ${mean} · z ${z} · ${pinned ? 'unpin' : 'pin to the top'}"
        @click=${() => onPin(latent.index)}
      >
        <svg class="pin" viewBox="0 0 16 16" aria-hidden="true">${pin}</svg>
        <span class="label"><span class="index">${latent.index}</span> <span class=${latent.name === null ? 'muted' : ''}>${latentName(latent)}</span></span>
        <span class="number"><span class="spoken">, mean </span>${mean}</span>
        <span class="number"><span class="spoken">, z </span>${z}<span class="spoken">, pin to the top</span></span>
      </button>`;
    })}
  </div>`;
}
