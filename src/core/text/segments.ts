/** A stretch of the rendered conversation: the template's own text, or (part of) a turn's. */
export interface Segment {
  text: string;
  /** Index of the turn, or -1 for the template's text. */
  turn: number;
  /** Where the segment begins in the turn's text: templates may trim. */
  offset: number;
}

/** Stands for a turn's text: characters of the private use area, which no tokenizer's template writes. */
export const mark = (i: number | string): string => `\u{f0000}${i}\u{f0001}`;

/** Whose text is whose where the template's own text does not depend on what the turns say. */
export function align(text: string, marked: string | null, contents: string[]): Segment[] | null {
  if (marked === null) return null;
  const segments: Segment[] = [];
  let at = 0;
  let markedAt = 0;
  for (let i = 0; i <= contents.length; i++) {
    const next = i < contents.length ? marked.indexOf(mark(i), markedAt) : marked.length;
    if (next < 0) return null;
    const literal = marked.slice(markedAt, next);
    if (!text.startsWith(literal, at)) return null;
    if (literal) segments.push({ text: literal, turn: -1, offset: 0 });
    at += literal.length;
    if (i === contents.length) break;
    markedAt = next + mark(i).length;
    const following = marked.slice(markedAt, i + 1 < contents.length ? marked.indexOf(mark(i + 1), markedAt) : marked.length);
    const found = variants(contents[i]!).find(({ text: variant }) => text.startsWith(variant + following, at));
    if (!found) return null;
    if (found.text) segments.push({ text: found.text, turn: i, offset: found.offset });
    at += found.text.length;
  }
  return at === text.length ? segments : null;
}

/**
 * Whose text is whose where the template looks at the texts or puts them in another order: they stay as they are and
 * get marks around them, within the white space that a template may trim. Blank texts stay blank and count as the template's.
 */
export function between(text: string, contents: string[], rendered: (texts: string[]) => string | null): Segment[] | null {
  for (const which of variants('').keys()) {
    const cores = contents.map((content) => variants(content)[which]!);
    const wrapped = rendered(contents.map((content, i) => (content.trim() ? wrap(content, cores[i]!, i) : content)));
    const segments = wrapped === null ? null : readMarks(wrapped, contents, cores);
    if (segments?.map((segment) => segment.text).join('') === text) return segments;
  }
  return null;
}

const wrap = (content: string, { text, offset }: Variant, i: number): string =>
  content.slice(0, offset) + mark(i) + text + mark(`/${i}`) + content.slice(offset + text.length);

function readMarks(wrapped: string, contents: string[], cores: Variant[]): Segment[] | null {
  const turns = [...contents.keys()].filter((turn) => contents[turn]!.trim());
  const starts = new Map(turns.map((turn) => [turn, wrapped.indexOf(mark(turn))]));
  const segments: Segment[] = [];
  let at = 0;
  for (const turn of turns.sort((a, b) => starts.get(a)! - starts.get(b)!)) {
    const { text, offset } = cores[turn]!;
    const start = starts.get(turn)!;
    if (start < at || !wrapped.startsWith(mark(turn) + text + mark(`/${turn}`), start)) return null;
    if (start > at) segments.push({ text: wrapped.slice(at, start), turn: -1, offset: 0 });
    segments.push({ text, turn, offset });
    at = start + mark(turn).length + text.length + mark(`/${turn}`).length;
  }
  if (at < wrapped.length) segments.push({ text: wrapped.slice(at), turn: -1, offset: 0 });
  return segments;
}

interface Variant {
  text: string;
  /** Where it begins in the turn's text. */
  offset: number;
}

/** The forms a template may give a text: as it is, trimmed, or without the line breaks that it begins with (Qwen3). */
function variants(content: string): Variant[] {
  const start = content.length - content.trimStart().length;
  const lines = /^\n*/.exec(content)![0].length;
  return [
    { text: content, offset: 0 },
    { text: content.trim(), offset: start },
    { text: content.trimEnd(), offset: 0 },
    { text: content.trimStart(), offset: start },
    { text: content.slice(lines), offset: lines },
  ];
}
