import type { HookVectors, RecordVectors } from '../core/types';

/** The hook points of a segment and the width of each one's vectors. */
export interface Layout {
  hookPoints: string[];
  /** By hook point; 0 where a segment holds latents only. */
  dModel: number[];
}

/** The layout that holds all of these rows. */
export function layoutOf(rows: RecordVectors[]): Layout {
  const width = new Map<string, number>();
  const see = (vectors: HookVectors) => {
    for (const [hookPoint, { length }] of Object.entries(vectors)) {
      const known = width.get(hookPoint) || length;
      if (known !== length) throw new Error(`vectors at ${hookPoint} have ${known} and ${length} values`);
      width.set(hookPoint, length);
    }
  };
  for (const row of rows) {
    for (const vectors of [row.activation, row.prompt, row.last, ...row.perTurn.map(({ activation }) => activation)]) see(vectors);
    for (const hookPoint of Object.keys(row.latents)) if (!width.has(hookPoint)) width.set(hookPoint, 0);
  }
  const hookPoints = [...width.keys()].sort();
  return { hookPoints, dModel: hookPoints.map((hookPoint) => width.get(hookPoint)!) };
}
