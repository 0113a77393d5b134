/** Format characters that are letters or joiners of a script, not layout: Arabic and related number signs, ZWNJ, ZWJ. */
const HARMLESS_FORMAT = /[\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u200c\u200d]/u;
const LINE_BREAKS = /[\t\n\v\f\r\u0085\u2028\u2029]+/gu;
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}]/gu;
/** A cluster with more marks than any script needs draws over its neighbours' lines. */
const STACKED_MARKS = /(\p{M}{4})\p{M}+/gu;

/**
 * Text from a dataset, card, model or path as one line that only shows: line breaks and tabs become spaces, control
 * characters their pictures (ESC is ␛), C1 controls, directional marks, tags and lone surrogates U+FFFD, and stacks of
 * combining marks are cut. What is left cannot move a cursor, change a colour, set a title or reorder what stands beside it.
 */
export function visibleText(text: string): string {
  return text.replace(LINE_BREAKS, ' ').replace(UNSEEN, picture).replace(STACKED_MARKS, '$1');
}

function picture(character: string): string {
  if (HARMLESS_FORMAT.test(character)) return character;
  const code = character.codePointAt(0)!;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '\u2421' : '\ufffd';
}
