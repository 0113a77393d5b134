import { makeCard } from '../../core/probe';
import type { PersonaCard } from '../../core/types';
import { type CardEngine, type CardHooks, fillVectors } from './fill';
import { type TrainingPairs, labelled, pairRows } from './pairs';

/** Of every draw in the making of a default card. */
export const cardSeed = 20261122;

const blindSpots = [
  'facts that are harmful only together, over many rows',
  'data that carries a trait without words that show it',
  'triggers: behaviour that only a cue in the prompt brings out',
  'wrong facts that surprise the model no more than right ones: a model of this size knows few facts',
  'code: carried over no better than chance in the measurements behind the design',
];

/** Trains and evaluates the default card of an opened model on the pairs. */
export async function trainDefaultCard(opened: CardEngine, { pairs, files }: TrainingPairs, maxTokens: number, made: string, hooks: CardHooks): Promise<PersonaCard> {
  const { model, info } = opened.engine;
  const rows = await pairRows(pairs, opened.tokenizer, maxTokens);
  const vectors = await fillVectors(opened, rows, hooks);
  let steps = 0;
  return makeCard(labelled(rows, pairs, vectors), {
    name: 'careless or ill-meaning advice',
    description: `How much an answer reads like advice that is confidently wrong or ill-meaning rather than careful: trained on paired everyday answers, activation and push vectors at block ${/\d+/.exec(model.hookPoint)![0]}.`,
    model: { name: model.name, sha256: model.hash },
    hookPoint: model.hookPoint,
    sae: model.sae && { name: model.sae.name, sha256: model.sae.sha256 },
    seed: cardSeed,
    measures: ['activation', 'push', 'activation+push'],
    provenance: { made, data: files, software: info.runtime },
    blindSpots,
    ...(hooks.signal ? { signal: hooks.signal } : {}),
    onProgress: () => hooks.onProgress('training the card', steps++, model.sae ? 8 : 7, 0),
  });
}
