const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/** How many UTF-16 code units of a JSON string's source make the decoded unit at `at`: 1, 2 (`\n`) or 6 (`\u00e9`). */
function widthAt(source: string, at: number): number {
  if (source.charCodeAt(at) !== BACKSLASH) return 1;
  return source.charCodeAt(at + 1) === LOWER_U ? 6 : 2;
}

/** Where the decoded unit `decoded` begins in the source of a JSON string (without its quotes). */
export function decodedToSource(source: string, decoded: number): number {
  let at = 0;
  for (let unit = 0; unit < decoded && at < source.length; unit += 1) at += widthAt(source, at);
  return Math.min(at, source.length);
}

/** The decoded unit that the source index belongs to; inside an escape, the unit it encodes. */
export function sourceToDecoded(source: string, offset: number): number {
  let unit = 0;
  let at = 0;
  while (at < source.length) {
    at += widthAt(source, at);
    if (offset < at) return unit;
    unit += 1;
  }
  return unit;
}
