import { eastAsianWidth } from 'get-east-asian-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const NO_WIDTH = /^[\p{Mn}\p{Me}\p{Cc}\p{Cf}\u1160-\u11ff]$/u;
const EMOJI_STYLE = 0xfe0f;

/**
 * Terminal columns of a text without escape sequences: the sum over code points, as terminals without emoji shaping count.
 * Where a terminal joins an emoji sequence into one glyph this is too much, never too little, so a line cut by it never wraps.
 */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text) width += characterWidth(character);
  return width;
}

function characterWidth(character: string): number {
  const code = character.codePointAt(0)!;
  if (code < 0x7f) return code < 0x20 ? 0 : 1;
  if (code === EMOJI_STYLE) return 1;
  return NO_WIDTH.test(character) ? 0 : eastAsianWidth(code);
}

/** The text in at most `width` columns, cut between graphemes with an ellipsis. */
export function truncate(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return '';
  let used = 1;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    used += textWidth(segment);
    if (used > width) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - textWidth(text))) + text;
}

/** Lines of at most `width` columns, broken at spaces; a longer word is broken between graphemes, and a longer grapheme between code points. */
export function wrap(text: string, width: number): string[] {
  const room = Math.max(1, width);
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ').flatMap((part) => pieces(part, room))) {
    const length = textWidth(word);
    if (line !== '' && used + 1 + length > room) {
      lines.push(line);
      [line, used] = ['', 0];
    }
    [line, used] = line === '' ? [word, length] : [`${line} ${word}`, used + 1 + length];
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  if (textWidth(word) <= width) return [word];
  const found: string[] = [];
  let piece = '';
  for (const { segment } of graphemes.segment(word)) {
    // Joiners can chain emoji without end: such a cluster is broken too.
    for (const part of textWidth(segment) > width ? segment : [segment]) {
      if (piece !== '' && textWidth(piece + part) > width) {
        found.push(piece);
        piece = '';
      }
      piece += part;
    }
  }
  return [...found, piece];
}
