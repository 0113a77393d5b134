/** Scores of rows under probes that saw nothing of their domain (with a single domain: of their group of questions). */
export interface HeldOutScores {
  /** `[rows]` */
  scores: Float64Array;
  /** The same for each null probe, `[nulls][rows]`. */
  nulls: Float64Array[];
  /** What each fold chose. */
  notes: string[];
}

/** `values` is `[indices, count]`; a fold with fewer nulls than another leaves zeros, which rank at chance. */
export function scatter(nulls: Float64Array[], values: Float64Array, count: number, indices: readonly number[], rows: number): void {
  for (let j = 0; j < count; j++) {
    nulls[j] ??= new Float64Array(rows);
    indices.forEach((row, r) => (nulls[j]![row] = values[r * count + j]!));
  }
}
