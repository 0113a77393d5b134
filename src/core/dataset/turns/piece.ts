import type { CharRange, Role, TextPart, Turn } from '../../types';
import type { JsonNode, JsonRow, JsonString } from '../json/node';

/** A piece of text from the file, before it is part of a turn. */
export interface Piece {
  text: string;
  range: CharRange;
  encoding: TextPart['encoding'];
  /** What joins it to the piece before it. */
  joint: '' | '\n';
}

export function stringPiece(node: JsonString, joint: Piece['joint'] = '\n'): Piece {
  return { text: node.value, range: node.range, encoding: 'json-string', joint };
}

/** The source of a value as it stands in the file, such as a tool call. */
export function verbatimPiece(node: JsonNode, row: JsonRow): Piece {
  return { text: row.slice(node.range), range: node.range, encoding: 'verbatim', joint: '\n' };
}

/**
 * A turn out of its pieces. Empty pieces are left out where others have text. `place` is the turn's range where it has
 * no piece. An assistant turn trains unless `untrained`; the training rule comes later.
 */
export function makeTurn(role: Role, pieces: Piece[], place: CharRange, untrained = false): Turn {
  const full = pieces.filter((piece) => piece.text !== '');
  const parts: TextPart[] = [];
  let text = '';
  for (const piece of full.length > 0 ? full : pieces.slice(0, 1)) {
    if (parts.length > 0) text += piece.joint;
    parts.push({ start: text.length, length: piece.text.length, range: piece.range, encoding: piece.encoding });
    text += piece.text;
  }
  return { role, text, range: hull(parts) ?? place, parts, trains: role === 'assistant' && !untrained };
}

function hull(parts: TextPart[]): CharRange | null {
  const [first] = parts;
  if (!first) return null;
  const whole = { ...first.range };
  for (const { range } of parts) {
    whole.start = Math.min(whole.start, range.start);
    whole.end = Math.max(whole.end, range.end);
  }
  return whole;
}
