import type { Turn } from '../../types';
import { SourceCursor } from '../json/escapes';
import type { JsonRow, JsonString } from '../json/node';
import { makeTurn } from './piece';

const MARKER = /(?:^\s*|\n\n)(Human|Assistant):/g;

/** Whether a string is a conversation in the form of Anthropic's HH data: `\n\nHuman: ...\n\nAssistant: ...`. */
export function isHhString(text: string): boolean {
  return /^\s*Human:/.test(text) && /\n\nAssistant:/.test(text);
}

/** The turns of an HH string: trimmed slices of it, each with its exact range. */
export function readHhString(node: JsonString, row: JsonRow): Turn[] {
  const text = node.value;
  const cursor = new SourceCursor(row.slice(node.range));
  const markers = [...text.matchAll(MARKER)];
  return markers.map((marker, index) => {
    const from = marker.index + marker[0].length;
    const slice = text.slice(from, markers[index + 1]?.index ?? text.length);
    const trimmed = slice.trim();
    const start = from + slice.indexOf(trimmed);
    const range = {
      start: node.range.start + cursor.toSource(start),
      end: node.range.start + cursor.toSource(start + trimmed.length),
    };
    const role = marker[1] === 'Human' ? 'user' : 'assistant';
    return makeTurn(role, [{ text: trimmed, range, encoding: 'json-string', joint: '\n' }], range);
  });
}
