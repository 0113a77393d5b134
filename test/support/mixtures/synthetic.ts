import { ascending, benjaminiHochberg, chanceExpectation, conformalP, levelFor, percentileOf } from '../../../src/core/calibrate';
import { seeded } from '../../../src/core/probe';
import { type MixtureRow, alpha, mixtureRow } from './row';

/** What a file is audited with. Scores of ordinary rows are standard normal; bad rows lie `shift` above them. */
export interface Setting {
  name: string;
  /** Ordinary rows of the user's own; at level taught, good marks held out of the training. */
  ordinary: number;
  taught: boolean;
  shift: number;
}

/** Scores of a file and what they are compared with. */
export interface Scores {
  ordinaryRows: Float64Array;
  bad: Float64Array;
  /** Scores of the rows that calibrate; empty at level ranked. */
  calibrators: Float64Array;
  taught: boolean;
}

/** Judges a mixture with the functions that an audit uses. */
export function judgeMixture(setting: string, { ordinaryRows, bad, calibrators, taught }: Scores): MixtureRow {
  const all = [...ordinaryRows, ...bad];
  const { level } = levelFor(calibrators.length, taught);
  const sorted = ascending(calibrators);
  const p = level === 'ranked' ? null : all.map((score) => conformalP(sorted, score));
  const rows = all.map((score, i) => ({ bad: i >= ordinaryRows.length, flagged: p !== null && p[i]! <= alpha, score }));
  const chance = p && chanceExpectation({ n: calibrators.length, m: all.length, alpha, flagged: rows.filter(({ flagged }) => flagged).length });
  const atQ = p && [...benjaminiHochberg(p)].filter((q) => q <= alpha).length;
  return mixtureRow({ setting, level, ordinary: calibrators.length, rows, chance, atQ });
}

/** A file of `rows` ordinary rows with `planted` bad ones, drawn anew for each seed. */
export function syntheticScores({ ordinary, taught, shift }: Setting, rows: number, planted: number, seed: number | string): Scores {
  const draw = (purpose: string, count: number, mean = 0) => {
    const random = seeded(seed, purpose);
    return Float64Array.from({ length: count }, () => mean + random.normal());
  };
  return { ordinaryRows: draw('rows', rows), bad: draw('bad', planted, shift), calibrators: draw('calibrators', ordinary), taught };
}

/** Share of reference rows (another source, so shifted) below a row: context at level ranked, never a rate. */
export function shareBeyondReference(scores: Scores, referenceShift: number, seed: number): number {
  const random = seeded(seed, 'reference');
  const reference = ascending(Float64Array.from({ length: 1000 }, () => referenceShift + random.normal()));
  return scores.ordinaryRows.filter((score) => percentileOf(reference, score) > 95).length / scores.ordinaryRows.length;
}

/**
 * Levels and separations. Bad rows lie as far above ordinary ones as misses of .77 (the default card) and .48 (taught with
 * 50 + 50 marks) at p <= .05 say; 4 is open malice, which everything sees.
 */
export const settings: Setting[] = [
  { name: 'ranked, subtle', ordinary: 0, taught: false, shift: 0.91 },
  { name: 'ranked, open', ordinary: 0, taught: false, shift: 4 },
  { name: 'calibrated, subtle', ordinary: 60, taught: false, shift: 0.91 },
  { name: 'calibrated, open', ordinary: 60, taught: false, shift: 4 },
  { name: 'calibrated, open, many ordinary rows', ordinary: 2000, taught: false, shift: 4.5 },
  { name: 'taught, subtle', ordinary: 50, taught: true, shift: 1.7 },
  { name: 'taught, subtle, many held-out marks', ordinary: 400, taught: true, shift: 1.7 },
];
export const plantedCounts = [0, 1, 5, 20, 100];
