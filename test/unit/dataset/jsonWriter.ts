import fc from 'fast-check';

/** How a JSON text may be written: the same value in many spellings. */
export interface Spelling {
  /** Per UTF-16 unit: 0 as itself where JSON allows it, 1 the short escape where there is one, 2 \uxxxx, 3 \uXXXX. */
  escapes: number[];
  /** White space between tokens. */
  spaces: string[];
}

const SHORT = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['/', '\\/'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Any UTF-16, lone surrogates too. */
export const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 24 }),
  fc.string({ unit: fc.constantFrom('"', '\\', '/', '\n', '\r', 'u', '0', 'a', ' ', '\u2028', '\ufeff', 'é', '🙂', '\u0000'), maxLength: 24 }),
  fc.array(fc.integer({ min: 0xd700, max: 0xe0ff }), { maxLength: 8 }).map((units) => String.fromCharCode(...units)),
);

/** Text that is more than white space, for an answer. */
export const anyAnswer = anyText.map((text) => `${text}x`);

export function spelling(spaces: string[]): fc.Arbitrary<Spelling> {
  return fc.record({
    escapes: fc.array(fc.nat(3), { minLength: 1, maxLength: 12 }),
    spaces: fc.array(fc.constantFrom(...spaces), { minLength: 1, maxLength: 8 }),
  });
}

/** Writes a JSON value in a given spelling. */
export class JsonWriter {
  private unit = 0;
  private gap = 0;

  constructor(private readonly how: Spelling) {}

  write(value: unknown): string {
    if (typeof value === 'string') return this.string(value);
    if (Array.isArray(value)) return this.joined('[', value.map((item) => this.write(item)), ']');
    if (value !== null && typeof value === 'object') {
      const members = Object.entries(value).map(([key, item]) => this.string(key) + this.space() + ':' + this.space() + this.write(item));
      return this.joined('{', members, '}');
    }
    return JSON.stringify(value);
  }

  private joined(open: string, items: string[], close: string): string {
    return open + this.space() + items.join(this.space() + ',' + this.space()) + this.space() + close;
  }

  private space(): string {
    this.gap += 1;
    return this.how.spaces[this.gap % this.how.spaces.length] ?? '';
  }

  private string(text: string): string {
    const units = Array.from({ length: text.length }, (_, at) => this.encode(text, at));
    return `"${units.join('')}"`;
  }

  private encode(text: string, at: number): string {
    this.unit += 1;
    const style = this.how.escapes[this.unit % this.how.escapes.length] ?? 0;
    const unit = text[at] ?? '';
    const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
    if (style === 2) return `\\u${hex}`;
    if (style === 3) return `\\u${hex.toUpperCase()}`;
    const short = SHORT.get(unit);
    if (short && (style === 1 || unit !== '/')) return short;
    // Raw halves of a pair must stay together: a half beside an escaped one cannot be written as UTF-8.
    return unit < ' ' || /[\ud800-\udfff]/.test(unit) ? `\\u${hex}` : unit;
  }
}

/** Writes a surrogate pair raw, which the writer above never does. */
export function withRawPairs(json: string): string {
  return json.replace(/\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/g, (all, high: string, low: string, at: number) =>
    precededByOddBackslashes(json, at) ? all : String.fromCharCode(parseInt(high, 16), parseInt(low, 16)),
  );
}

function precededByOddBackslashes(json: string, at: number): boolean {
  let from = at;
  while (from > 0 && json[from - 1] === '\\') from -= 1;
  return (at - from) % 2 === 1;
}
