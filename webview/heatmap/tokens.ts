import type { Role } from '../../src/core/types';
import type { InspectedToken } from '../../src/protocol';

/** Neighbouring tokens of one turn, or of the template between turns. */
export interface Block {
  /** -1 for template text. */
  turn: number;
  role: Role | null;
  /** Places in the row's tokens. */
  tokens: number[];
}

export function blocksOf(tokens: readonly InspectedToken[]): Block[] {
  const blocks: Block[] = [];
  tokens.forEach((token, i) => {
    const last = blocks.at(-1);
    if (last && last.turn === token.turn) last.tokens.push(i);
    else blocks.push({ turn: token.turn, role: token.turn < 0 ? null : token.role, tokens: [i] });
  });
  return blocks;
}

export function isTemplate(token: InspectedToken): boolean {
  return token.turn < 0;
}

/** Places of the tokens that are on show. */
export function shownTokens(tokens: readonly InspectedToken[], template: boolean): number[] {
  return tokens.flatMap((token, i) => (template || !isTemplate(token) ? [i] : []));
}

/**
 * The token at a document offset. Ranges may overlap (a character split into several tokens: the first is meant) and have gaps
 * (the JSON between turns). A cursor right behind a turn's last character still means that token.
 */
export function tokenAt(tokens: readonly InspectedToken[], offset: number): number | null {
  let behind: number | null = null;
  for (const [i, { range }] of tokens.entries()) {
    if (!range || range.end <= range.start) continue;
    if (range.start <= offset && offset < range.end) return i;
    if (range.end === offset) behind = i;
  }
  return behind;
}

/** The shown token `step` places on; the nearest end beyond the ends. */
export function walk(shown: readonly number[], from: number | null, step: number): number | null {
  if (shown.length === 0) return null;
  const at = from === null ? -1 : shown.indexOf(from);
  if (at < 0) return shown[0]!;
  return shown[Math.max(0, Math.min(shown.length - 1, at + step))]!;
}

/** Where reading starts: the first token that trains, else the first shown. */
export function firstToken(tokens: readonly InspectedToken[], shown: readonly number[]): number | null {
  return shown.find((i) => tokens[i]!.response) ?? shown[0] ?? null;
}
