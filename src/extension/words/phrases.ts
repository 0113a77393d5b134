import { visibleText } from '../../core/report/visibleText';
import type { Phrase } from '../../core/types';

const LENS = 40;
/** The first half of a character that was cut in two. */
const HALF = /[\ud800-\udbff]$/;

/** A row's words on one line, in quotes, cut to what a lens has room for. Nothing in them acts: no icon, no control character. */
export function quoted(text: string, longest = LENS): string {
  const line = visibleText(text).replaceAll('$(', '(').replace(/\s+/g, ' ').trim();
  return `“${line.length > longest ? `${line.slice(0, longest - 1).replace(HALF, '')}…` : line}”`;
}

/** The words of a row that carry most of its mark; undefined where its tokens were not read. */
export function hottest(phrases: readonly Phrase[] | null): Phrase | undefined {
  return phrases?.[0];
}
