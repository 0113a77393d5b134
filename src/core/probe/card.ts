import type { z } from 'zod';
import { ExpectedError, messageOf } from '../../base/errors';
import { canonicalJson, sha256 } from '../../base/hash';
import type { PersonaCard } from '../types';
import { cardSchema, PROBE_KINDS } from './cardSchema';
import { vectorProblem } from './cardVectors';

export type CardReason = 'malformed' | 'unsupported-version' | 'unknown-kind' | 'wrong-size' | 'other-model' | 'other-sae';

/** A persona card cannot be used. */
export class CardError extends ExpectedError<CardReason> {}

const REMAKE = 'Make the card again or use another one.';
const UPDATE = 'Update Persona Lens or use another card.';

/** A card from the text of a `*.persona.json`; `where` names it in messages. */
export function parseCard(text: string, where: string): PersonaCard {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new CardError('malformed', `${where} is not JSON (${messageOf(error)}). ${REMAKE}`, { cause: error });
  }
  return readCard(json, where);
}

/** A card from parsed JSON that nobody has checked: its form, its vectors' sizes and values, and that its default probe is there. */
export function readCard(json: unknown, where: string): PersonaCard {
  const outline = (typeof json === 'object' && json !== null ? json : {}) as Record<string, unknown>;
  if (outline.format !== 'persona-lens-card') throw new CardError('malformed', `${where} is not a persona card: its "format" is not "persona-lens-card". Give a *.persona.json file.`);
  if (outline.version !== 1) throw new CardError('unsupported-version', `${where} is a persona card of version ${JSON.stringify(outline.version)}, and this release reads version 1. ${UPDATE}`);
  refuseUnknownKinds(outline.probes, where);
  const parsed = cardSchema.safeParse(json);
  if (!parsed.success) throw new CardError('malformed', `${where} is a broken persona card: ${issueWords(parsed.error)}. ${REMAKE}`);
  const card: PersonaCard = parsed.data;
  const problem = vectorProblem(card);
  if (problem !== null) throw new CardError('wrong-size', `${where}: ${problem}. ${REMAKE}`);
  refuseBrokenNames(card, where);
  return card;
}

/** SHA-256 of the card's canonical JSON: part of every ScoreKey. */
export function cardHash(card: PersonaCard): string {
  return sha256(canonicalJson(card));
}

function refuseUnknownKinds(probes: unknown, where: string): void {
  if (!Array.isArray(probes)) return;
  for (const probe of probes as unknown[]) {
    const kind = (probe as { kind?: unknown } | null)?.kind;
    if (typeof kind === 'string' && !PROBE_KINDS.includes(kind)) {
      throw new CardError('unknown-kind', `${where} holds a probe of kind ${JSON.stringify(kind)}, and this release knows ${PROBE_KINDS.join(', ')}. ${UPDATE}`);
    }
  }
}

function refuseBrokenNames(card: PersonaCard, where: string): void {
  const ids = card.probes.map((probe) => probe.id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) throw new CardError('malformed', `${where}: two probes have the id "${twice}". ${REMAKE}`);
  const chosen = card.probes.find((probe) => probe.id === card.default.probe);
  if (chosen === undefined) throw new CardError('malformed', `${where}: the default probe "${card.default.probe}" is not among its probes (${ids.join(', ')}). ${REMAKE}`);
  if (chosen.measure !== card.default.measure) {
    throw new CardError('malformed', `${where}: the default measure is ${card.default.measure}, and the default probe "${chosen.id}" reads ${chosen.measure}. ${REMAKE}`);
  }
}

function issueWords(error: z.ZodError): string {
  const issue = error.issues[0]!;
  const place = issue.path.join('.') || 'the card';
  const others = error.issues.length - 1;
  return `${place}: ${issue.message}${others > 0 ? ` (and ${others} more)` : ''}`;
}
