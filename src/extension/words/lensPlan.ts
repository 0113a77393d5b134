/** 0-based lines, inclusive. */
export interface Lines {
  first: number;
  last: number;
}

/** What stands in an editor while lenses come and go. */
export interface Reading {
  /** Lines that have a lens now. */
  drawn: ReadonlySet<number>;
  /** Lines that are being read. */
  inView: readonly Lines[];
}

export function isInView(line: number, inView: readonly Lines[]): boolean {
  return inView.some(({ first, last }) => line >= first && line <= last);
}

/** Lenses to draw, and the lines in view whose lens would come or go if nobody read there. */
export interface LensPlan<Lens> {
  lenses: Lens[];
  held: number[];
}

/**
 * Lenses stand between the lines: one that comes or goes moves the text below. So a line in view keeps its lens where it has
 * one and gets none where it has not; what the lens says may change.
 * @param standIn the lenses of a line in view that are no longer wanted
 */
export function planLenses<Lens extends { line: number }>(wanted: readonly Lens[], { drawn, inView }: Reading, standIn: (line: number) => Lens[]): LensPlan<Lens> {
  const lines = new Set(wanted.map(({ line }) => line));
  const early = [...lines].filter((line) => isInView(line, inView) && !drawn.has(line));
  const late = [...drawn].filter((line) => isInView(line, inView) && !lines.has(line));
  const held = new Set(early);
  return { lenses: [...wanted.filter(({ line }) => !held.has(line)), ...late.flatMap(standIn)], held: [...early, ...late] };
}
