/**
 * GPT-2's byte-level alphabet: every byte as one printable character. Printable ASCII and Latin-1 stand for
 * themselves, the other bytes follow from U+0100 on.
 */
const byteOfCharacter: Map<string, number> = (() => {
  const map = new Map<string, number>();
  const printable = (byte: number) => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  for (let byte = 0; byte < 256; byte++) map.set(String.fromCharCode(printable(byte) ? byte : next++), byte);
  return map;
})();

/** Number of UTF-8 bytes that a byte-level token stands for, or null if it holds a character outside the alphabet. */
export function byteLength(token: string): number | null {
  for (const character of token) if (!byteOfCharacter.has(character)) return null;
  return token.length;
}

/** A range of characters, UTF-16 code units. */
export interface Span {
  start: number;
  end: number;
}

/**
 * The characters of `text` that each token covers, found by walking the bytes. Tokens that share a character's bytes
 * share the character, so neighbouring ranges may overlap.
 * @returns null when the tokens' bytes are not the text's: a tokenizer that normalises
 */
export function tokenSpans(text: string, tokens: string[]): Span[] | null {
  const starts = characterOfByte(text);
  const spans: Span[] = [];
  let byte = 0;
  for (const token of tokens) {
    const length = byteLength(token);
    if (length === null || byte + length > starts.length - 1) return null;
    const last = byte + Math.max(length, 1) - 1;
    const start = starts[byte]!;
    spans.push({ start, end: length === 0 ? start : characterEnd(text, starts[last]!) });
    byte += length;
  }
  return byte === starts.length - 1 ? spans : null;
}

/** For each UTF-8 byte of the text the index of its character, and the text's length at the end. */
function characterOfByte(text: string): Uint32Array {
  const starts = new Uint32Array(Buffer.byteLength(text) + 1);
  let byte = 0;
  for (let i = 0; i < text.length; ) {
    const code = text.codePointAt(i)!;
    const bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    starts.fill(i, byte, byte + bytes);
    byte += bytes;
    i += code > 0xffff ? 2 : 1;
  }
  starts[byte] = text.length;
  return starts;
}

const characterEnd = (text: string, start: number): number => start + (text.codePointAt(start)! > 0xffff ? 2 : 1);
