import type { InspectedLatent, InspectedProbe, InspectedToken } from '../../src/protocol';
import { formatLatent, formatValue, measureNames, plural } from './format';

/** A token as a label writes it: line ends and tabs as signs, a leading space kept. */
export function shownText(text: string): string {
  return text.replace(/\r\n|\n|\r/g, '↵').replace(/\t/g, '⇥');
}

/** Whether a token shows nothing by itself: a part of a character, a joiner, a mark or skin tone of the character before it. */
export function isUnseen(text: string): boolean {
  return /^[\p{Cf}\p{M}\p{Emoji_Modifier}]*$/u.test(text);
}

/** A token as a screen reader says it. */
export function spokenText(text: string): string {
  if (isUnseen(text)) return 'part of a character';
  if (text.trim() !== '') return text.trim().replace(/\s+/g, ' ');
  const lines = text.match(/\n/g)?.length ?? 0;
  return lines > 0 ? plural(lines, 'line end') : plural(text.length, 'space');
}

export function latentName(latent: Pick<InspectedLatent, 'name'>): string {
  return latent.name ?? 'unnamed';
}

export function probeName(probe: InspectedProbe): string {
  return `${probe.name} (${measureNames[probe.measure]})`;
}

/** "token teach, latent 3162, 41 of 62". */
export function describeCell(token: InspectedToken, latent: InspectedLatent, value: number, largest: number): string {
  const amount = token.masked ? 'masked' : `${formatLatent(value, largest)} of ${formatLatent(largest, largest)}`;
  return `token ${spokenText(token.text)}, latent ${latent.index}, ${amount}`;
}

export function roleOf(token: InspectedToken): string {
  const role = token.turn < 0 ? 'template' : (token.role ?? 'text');
  return token.response || token.turn < 0 ? role : `${role}, not trained on`;
}

export interface TokenFacts {
  text: string;
  role: string;
  value: string;
  nll: string;
  latents: string[];
}

const STRONGEST = 3;

/** Everything that is known of one token. */
export function factsOf(token: InspectedToken, at: number, probe: InspectedProbe | null, latents: readonly InspectedLatent[], largest: number): TokenFacts {
  return {
    text: shownText(token.text),
    role: roleOf(token),
    value: token.masked && probe?.perToken !== 'sum' ? 'masked: massive norm' : probe ? formatValue(probe.values[at]!) : 'no probe',
    nll: token.nll === null ? 'none' : `${formatValue(token.nll)} nats`,
    latents: token.masked ? [] : strongest(at, latents).map((l) => `${l.index} ${latentName(l)} ${formatLatent(l.values[at]!, largest)}`),
  };
}

function strongest(at: number, latents: readonly InspectedLatent[]): InspectedLatent[] {
  return latents
    .filter((l) => l.values[at]! > 0)
    .sort((a, b) => b.values[at]! - a.values[at]!)
    .slice(0, STRONGEST);
}

/** The same in one sentence: what a focused token is called. */
export function describeToken(token: InspectedToken, facts: TokenFacts, probe: InspectedProbe | null): string {
  const latents = facts.latents.length > 0 ? `strongest latents ${facts.latents.join(', ')}` : 'no active latents';
  return `${spokenText(token.text)}, ${facts.role}, ${probe ? probe.name : 'probe'} ${facts.value}, loss ${facts.nll}, ${latents}`;
}
