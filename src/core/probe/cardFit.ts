import { shortHash } from '../../base/hash';
import type { PersonaCard, Probe, ProbeId } from '../types';
import { CardError } from './card';

export interface CardFit {
  usable: Probe[];
  /** Probes that need an SAE that is not loaded, with a message each. */
  leftOut: { probe: ProbeId; message: string }[];
}

/**
 * Whether a card belongs to the loaded model and SAEs (SHA-256 of their weights). Throws for a card of another model, and where the
 * default probe reads an SAE that is not loaded; other latents whose SAE is missing are left out by name. `where` names it in messages.
 */
export function checkCardModel(card: PersonaCard, modelSha256: string, saeSha256s: readonly string[], where: string): CardFit {
  if (card.model.sha256 !== modelSha256) {
    throw new CardError(
      'other-model',
      `${where}: the card "${card.name}" belongs to the model ${card.model.name} (weights ${shortHash(card.model.sha256)}), and the loaded model's weights are ${shortHash(modelSha256)}: its numbers would mean nothing here. Load that model, or use a card made for this one.`,
    );
  }
  const leftOut: CardFit['leftOut'] = [];
  for (const probe of card.probes) {
    if (probe.kind !== 'latent' || saeSha256s.includes(probe.sae.sha256)) continue;
    const message = `${where}: probe "${probe.name}" of the card "${card.name}" reads the SAE ${probe.sae.name} (weights ${shortHash(probe.sae.sha256)}), which is not loaded. Load that SAE to use it.`;
    if (probe.id === card.default.probe) throw new CardError('other-sae', message);
    leftOut.push({ probe: probe.id, message });
  }
  const names = new Set(leftOut.map((left) => left.probe));
  return { usable: card.probes.filter((probe) => !names.has(probe.id)), leftOut };
}
