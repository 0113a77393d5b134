/** A place in a text as editors and SARIF count it: 1-based, columns in UTF-16 code units. */
export interface TextPlace {
  line: number;
  column: number;
}

/**
 * Lines and columns of offsets (UTF-16 code units) in a text that passes by in pieces, so that a file of any size is read in
 * constant memory. Lines end with LF, the CR before it is the line's last character. An offset past the end is the end.
 */
export async function textPlaces(pieces: AsyncIterable<string> | Iterable<string>, offsets: Iterable<number>): Promise<(offset: number) => TextPlace> {
  const wanted = [...new Set(offsets)].sort((a, b) => a - b);
  const places = new Map<number, TextPlace>();
  let next = 0;
  let passed = 0;
  let line = 1;
  let lineStart = 0;
  for await (const piece of pieces) {
    let from = 0;
    const skipTo = (end: number): void => {
      for (let at = piece.indexOf('\n', from); at !== -1 && at < end; at = piece.indexOf('\n', from)) {
        line++;
        lineStart = passed + at + 1;
        from = at + 1;
      }
    };
    for (; next < wanted.length && wanted[next]! < passed + piece.length; next++) {
      skipTo(wanted[next]! - passed);
      places.set(wanted[next]!, { line, column: wanted[next]! - lineStart + 1 });
    }
    if (next === wanted.length) break;
    skipTo(piece.length);
    passed += piece.length;
  }
  const end: TextPlace = { line, column: passed - lineStart + 1 };
  return (offset) => places.get(offset) ?? end;
}
