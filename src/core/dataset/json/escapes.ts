const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/** How many UTF-16 code units of a JSON string's source make the decoded unit at `at`: 1, 2 (`\n`) or 6 (`\u00e9`). */
function widthAt(source: string, at: number): number {
  if (source.charCodeAt(at) !== BACKSLASH) return 1;
  return source.charCodeAt(at + 1) === LOWER_U ? 6 : 2;
}

/** Walks the source of a JSON string (without its quotes), unit by unit of what it encodes; only forward. */
export class SourceCursor {
  private at = 0;
  private unit = 0;

  constructor(private readonly source: string) {}

  /** Where the decoded unit begins in the source. */
  toSource(decoded: number): number {
    const { source } = this;
    while (this.unit < decoded && this.at < source.length) {
      this.at += widthAt(source, this.at);
      this.unit += 1;
    }
    return Math.min(this.at, source.length);
  }

  /** The decoded unit that a source index belongs to; inside an escape, the unit it encodes. */
  toDecoded(offset: number): number {
    const { source } = this;
    while (this.at < source.length) {
      const next = this.at + widthAt(source, this.at);
      if (offset < next) break;
      this.at = next;
      this.unit += 1;
    }
    return this.unit;
  }
}
