import { visibleText } from '../../core/report';

/** Row text, paths, names and messages as one line that cannot drive a terminal. Everything that was not written here goes through it. */
export const neutralise = visibleText;

/** What a terminal takes as a command or that reorders text, and that JSON allows unescaped: DEL, C1 controls, directional marks, line separators. */
const RISKY = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** JSON whose strings hold the same values, with nothing in it that drives a terminal. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(RISKY, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
