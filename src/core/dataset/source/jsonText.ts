/** Bytes with a meaning in JSON. All are ASCII, so none can stand inside a multi-byte UTF-8 character. */
export const BYTE = {
  tab: 0x09,
  newline: 0x0a,
  return: 0x0d,
  space: 0x20,
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openList: 0x5b,
  backslash: 0x5c,
  closeList: 0x5d,
  openObject: 0x7b,
  closeObject: 0x7d,
} as const;

/** JSON's own white space; String.trim knows more. */
export function isBlank(code: number): boolean {
  return code === BYTE.space || code === BYTE.newline || code === BYTE.return || code === BYTE.tab;
}

/** Where a text begins and ends without the white space around it. */
export function trimmed(text: string): { start: number; end: number } {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start += 1;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return { start, end };
}
