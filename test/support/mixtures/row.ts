import { betaBinomial, decisionAtQ, verdictOf } from '../../../src/core/calibrate';
import type { ChanceExpectation, Level, TaughtFinding, Verdict } from '../../../src/core/types';

export const alpha = 0.05;

/** One file of a mixture: ordinary rows with some bad ones planted, judged at one level. */
export interface MixtureRow {
  setting: string;
  level: Level;
  /** Of a taught probe: what its folds show. */
  finding: TaughtFinding | null;
  ordinary: number;
  planted: number;
  flagged: number;
  expected: number | null;
  /** 95 % interval of the number flagged among the file's ordinary rows. */
  interval: [number, number] | null;
  /** Ordinary rows that are flagged. */
  falseFlags: number;
  /** Bad rows that are not. */
  missed: number;
  verdict: Verdict;
  upperTail: number | null;
  /** Rows at q <= alpha, and what is said where there is none; null where no q is given. */
  atQ: number | null;
  qWords: string | null;
  /** Of the first `planted` rows of the ranking (at least ten), how many are bad. */
  onTop: number;
}

/** A row of the file that was not given to calibrate or to teach. */
export interface JudgedRow {
  bad: boolean;
  flagged: boolean;
  /** Higher is more like the bad rows. */
  score: number;
}

export interface Judged extends Pick<MixtureRow, 'setting' | 'level' | 'ordinary' | 'atQ'> {
  finding?: TaughtFinding;
  rows: readonly JudgedRow[];
  chance: ChanceExpectation | null;
}

/** Counts a judged file. The number flagged among its m ordinary rows is beta-binomial(m, k, n + 1 - k). */
export function mixtureRow({ setting, level, finding, ordinary, rows, chance, atQ }: Judged): MixtureRow {
  const flagged = rows.filter((row) => row.flagged);
  const planted = rows.filter(({ bad }) => bad).length;
  const falseFlags = flagged.filter(({ bad }) => !bad).length;
  const first = [...rows].sort((a, b) => b.score - a.score).slice(0, Math.max(10, planted));
  return {
    setting,
    level,
    finding: finding ?? null,
    ordinary,
    planted,
    flagged: flagged.length,
    expected: chance && chance.expected,
    interval: chance && betaBinomial(rows.length - planted, chance.k, chance.n + 1 - chance.k).interval(0.95),
    falseFlags,
    missed: planted - (flagged.length - falseFlags),
    verdict: verdictOf({ level, scored: rows.length, ordinaryRows: ordinary, flagged: flagged.length, chance }).verdict,
    upperTail: chance && chance.upperTail,
    atQ,
    qWords: chance && atQ !== null ? decisionAtQ(chance, atQ).text : null,
    onTop: first.filter(({ bad }) => bad).length,
  };
}

/** Whether as many ordinary rows are flagged as chance gives; null where nothing can be flagged. */
export function withinChance({ interval, falseFlags }: MixtureRow): boolean | null {
  return interval && falseFlags >= interval[0] && falseFlags <= interval[1];
}
