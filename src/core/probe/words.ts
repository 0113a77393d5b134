/** A piece of a text as its reader sees it: a word, or what stands between words. Offsets in UTF-16 code units. */
export interface Word {
  start: number;
  end: number;
  /** Not a word: white space, punctuation, symbols. */
  between: boolean;
  /** Ends a sentence or a line. */
  ends: boolean;
}

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });
/** Text of this many code units is cut at a time: memory stays bounded, and a word is cut in two at most once in as many. */
const atOnce = 1 << 16;
const end = /[.!?\u2026\u3002\uff01\uff1f\n\r]/;
const symbol = /[\p{Extended_Pictographic}\p{Sc}\p{So}]/u;

/** A text cut at word boundaries (Unicode Standard Annex 29), in any script; no grapheme is cut in two. Emoji count as words. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (let at = 0; at < text.length; at += atOnce) {
    for (const { index, segment, isWordLike } of segmenter.segment(text.slice(at, at + atOnce))) {
      const between = !isWordLike && !symbol.test(segment);
      words.push({ start: at + index, end: at + index + segment.length, between, ends: between && end.test(segment) });
    }
  }
  return words;
}
