import type { Estimate } from './card';
import type { ChanceExpectation, Level } from './score';

export type MarkLabel = 'good' | 'bad';

/** A curator's word on a row, by the hash of its record (of a preference pair: the chosen one). */
export interface LabelledHash {
  hash: string;
  label: MarkLabel;
  /** The kind of bad row, where a key names one. */
  kind?: string;
}

/** What a taught probe compares rows by. */
export type KernelId = 'activation' | 'push' | 'text';

/** What the folds show: only `shown` may be claimed. */
export type TaughtFinding = 'shown' | 'not beyond chance' | 'no better than TF-IDF' | 'cannot be held out';

/** What the probe reaches on marks that it was not trained on, and what the cheap alternatives reach on the same folds. */
export interface TaughtFigures {
  /** Marks of one group are never split. */
  groupedBy: 'question' | 'source';
  groups: number;
  folds: number;
  auroc: Estimate;
  /** With loss and length regressed out; null without losses. */
  residualised: Estimate | null;
  /** 97.5th percentile of |AUROC - .5| + .5 with the marks' labels permuted. */
  nullBand: number;
  tfidf: Estimate;
  loss: Estimate | null;
  length: Estimate;
}

/** Why a row is worth a mark: the probe cannot tell, or it stands on top. */
export type NextReason = 'uncertain' | 'high';

/** A row under the taught probe. */
export interface TaughtRow {
  /** 0-based. */
  index: number;
  line: number;
  hash: string;
  value: number;
  /** Share of the file's rows below this one, 0..100. */
  percentile: number;
  /** 1 is the most like the rows marked bad. */
  rank: number;
  /** Cross-conformal p against held-out good marks; null for marked rows and with fewer than 40 good marks. */
  p: number | null;
  flagged: boolean;
  mark: MarkLabel | null;
  /** One of the rows to mark next. */
  next: NextReason | null;
}

/** What teaching on some number of marks reaches on rows of other questions. */
export interface TeachReportRow {
  marks: number;
  /** Sets of marks drawn; the figures are their mean, the intervals cover draws and questions. */
  draws: number;
  /** "all bad", then each kind of bad row, against all good rows. */
  groups: { name: string; bad: number; good: number; taught: Estimate; tfidf: Estimate; loss: Estimate | null; length: Estimate; card: Estimate }[];
}

/** A file ranked by a probe that was taught on marks. */
export interface TeachResult {
  file: string;
  /** Marks on rows of the file; `elsewhere` are those whose row is not in it. */
  marks: { good: number; bad: number; elsewhere: number };
  /** Marks still missing before anything can be taught. */
  missing: { good: number; bad: number };
  kernels: KernelId[];
  /** null where there are too few marks, or the folds cannot tell. */
  figures: TaughtFigures | null;
  /** null where there are too few marks. */
  finding: TaughtFinding | null;
  /** `taught` where the finding is `shown` and held-out good marks are enough to calibrate on. */
  level: Level;
  verdictText: string;
  /** One sentence on what to do next. */
  advice: string;
  /** What was left out and why, in words. */
  notes: string[];
  flagged: number;
  /** At level `taught` only. */
  chance: ChanceExpectation | null;
  /** In file order; empty where there are too few marks. */
  rows: TaughtRow[];
  /** Rows of the file worth a mark, uncertain and high ones in turn, of different questions. */
  next: { index: number; line: number; hash: string; reason: NextReason }[];
  report: TeachReportRow[] | null;
  /** Milliseconds that teaching took, and ranking all rows with it. */
  timings: { teachMs: number; rankMs: number; rowsRun: number };
}
