/** A lens as it was or will be drawn. */
export interface DrawnLens {
  index: number;
  title: string;
  /** 0-based line that it stands over. */
  line: number;
  /** Lenses that stand behind it. */
  more?: readonly FurtherLens[];
}

/** A lens that scrolls to the words that carry a row, or to one of its answers. */
export interface FurtherLens {
  title: string;
  line: number;
  /** Index of an answer's turn; undefined for the row's words. */
  turn?: number;
}

/** 0-based lines, inclusive. */
export interface Lines {
  first: number;
  last: number;
}

/**
 * Which lenses to draw while scores arrive: in the lines that are being read those drawn before, everywhere else the new ones,
 * so that no text moves under the reader.
 */
export function planWhileRunning(wanted: readonly DrawnLens[], drawn: readonly DrawnLens[], inView: readonly Lines[]): DrawnLens[] {
  const seen = (line: number): boolean => inView.some(({ first, last }) => line >= first && line <= last);
  return [...wanted.filter(({ line }) => !seen(line)), ...drawn.filter(({ line }) => seen(line))];
}
