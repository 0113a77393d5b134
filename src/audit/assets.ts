import { readFile } from 'node:fs/promises';
import { ExpectedError } from '../base/errors';
import { type ReadyProbe, cardHash, checkCardModel, loadText, parseCard, readsPush, readyProbe, scoreText } from '../core/probe';
import type { PersonaCard, Probe } from '../core/types';
import type { LoadedModel } from '../engine/loadedModel';
import { type Reference, openReference } from './reference';
import type { Background } from './score/background';
import type { RowKind } from './score/context';

/** What scores are made with beside the model: a card, ready to use, and the reference rows. */
export interface Assets {
  card: PersonaCard;
  cardHash: string;
  probes: ReadyProbe[];
  /** Index of the card's default probe: the first. */
  deciding: number;
  reference: Reference;
  scoreText: ((text: string) => number) | null;
}

/** Assets with what the reference rows give under the card. */
export interface ScoringAssets extends Assets {
  backgrounds: Record<RowKind, Background>;
}

/**
 * Reads and unpacks a card, and opens the model's reference set.
 * @param path the user's card, or null for the model's own
 * @throws CardError, ExpectedError `not-found`, `no-card`, `other-model`
 */
export async function loadAssets(path: string | null, model: LoadedModel): Promise<Assets> {
  const loaded = await loadCard(path, model);
  const reference = await loadReference(model);
  const probes = loaded.probes.map(readyProbe).filter((probe) => reference.hasPush || !readsPush(probe));
  const card = { ...loaded, probes: probes.map(({ probe }) => probe) };
  if (card.probes[0]?.id !== card.default.probe)
    throw new ExpectedError('no-push-reference', `The card "${card.name}" decides by push, and ${model.name} has no push vectors of its reference rows to compare with. Choose another card.`);
  const textModel = card.text && loadText(card.text);
  return { card, cardHash: cardHash(card), probes, deciding: 0, reference, scoreText: textModel && ((response) => scoreText(textModel, response)) };
}

/** The card with its usable probes, the one that decides first. */
async function loadCard(path: string | null, { folder, name, card: own, hash, sae }: LoadedModel): Promise<PersonaCard> {
  const file = path ?? own;
  if (file === null) throw new ExpectedError('no-card', `${name} has no card of its own. Make one with "persona-lens card default --model ${folder}", or choose one with --card or the setting personaLens.card.`);
  const text = await readFile(file, 'utf8').catch(() => {
    throw new ExpectedError('not-found', `The persona card ${file} cannot be read. Check the path.`);
  });
  const card = parseCard(text, file);
  const { usable } = checkCardModel(card, hash, sae ? [sae.sha256] : [], file);
  const isDefault = ({ id }: Probe) => id === card.default.probe;
  return { ...card, probes: [...usable.filter(isDefault), ...usable.filter((probe) => !isDefault(probe))] };
}

async function loadReference(model: LoadedModel): Promise<Reference> {
  const { folder, name, reference } = model;
  if (!reference) throw new ExpectedError('no-card', `${name} has no reference rows, so percentiles cannot be given. Make them with "persona-lens card default --model ${folder}".`);
  return openReference(reference.rows, reference.vectors, reference.pushes, model);
}
