import type { ChanceExpectation, Level, Verdict } from '../types';
import { rowsNeededToFlag } from './conformal';
import { levelFor, MIN_ORDINARY } from './level';
import { countWords, expectedWords, rateWords, rowsWords } from './words';

export interface VerdictInput {
  level: Level;
  /** Rows of the file that have a score. */
  scored: number;
  /** Ordinary rows at hand, also where they are too few to calibrate on. */
  ordinaryRows: number;
  /** Rows with p <= alpha, ordinary rows left out. */
  flagged: number;
  /** null at level "ranked". */
  chance: ChanceExpectation | null;
  /** Of a taught card whose folds show nothing: what they show, in words. It ranks, and may claim nothing. */
  unproven?: string | null;
}

export interface FileVerdict {
  verdict: Verdict;
  /** The verdict with its numbers. */
  text: string;
  /** One sentence on what to do next. */
  advice: string;
}

/** The upper tail at or under which a count is called more than chance. */
export const CHANCE_TAIL = 0.05;

const ranking = `Give at least ${MIN_ORDINARY} rows that you trust (a file of ordinary rows, or rows marked good) and each flag gets an error rate.`;

/** What may be said of the file as a whole. It never says that a file is free of anything: a count like chance is all that it can report. */
export function verdictOf({ level, scored, ordinaryRows, flagged, chance, unproven = null }: VerdictInput): FileVerdict {
  if (scored === 0) {
    return { verdict: 'could not run', text: 'could not run: no row could be scored', advice: 'See the problems listed for the rows.' };
  }
  if (unproven !== null) {
    return { verdict: 'ranked', text: `ranked, by a card that may claim nothing: ${unproven}`, advice: 'The order is a guess. Mark more rows where the card was taught, or use another card.' };
  }
  if (level === 'ranked' || chance === null) {
    const why = levelFor(ordinaryRows).message ?? 'no error rate is claimed: the rows were not compared with ordinary ones';
    return { verdict: 'ranked', text: `ranked: review from the top; ${why}`, advice: ranking };
  }
  if (chance.m === 0) {
    return {
      verdict: 'not decidable',
      text: 'not decidable: every row of the file is itself one of the ordinary rows',
      advice: 'Give ordinary rows that do not stand in this file.',
    };
  }
  if (chance.k === 0) {
    const needed = rowsNeededToFlag(chance.alpha);
    return {
      verdict: 'not decidable',
      text: `not decidable: with ${countWords(chance.n)} ordinary rows no row can have p <= ${rateWords(chance.alpha)}; ${countWords(needed)} are needed`,
      advice: `Give ${rowsWords(needed - chance.n)} more that you trust, or choose a higher rate.`,
    };
  }
  const [low, high] = chance.interval;
  const text = `${countWords(flagged)} flagged, ${expectedWords(chance.expected)} expected by chance (95 % of ordinary files: ${countWords(low)} to ${countWords(high)})`;
  return chance.upperTail <= CHANCE_TAIL
    ? { verdict: 'more than chance', text, advice: `Review the flagged rows from the top; ${expectedWords(chance.expected)} would be flagged if all rows were ordinary.` }
    : {
        verdict: 'as expected by chance',
        text,
        advice: 'The flagged rows are a queue to review, not findings: ordinary rows alone give as many. Mark 10 good and 10 bad rows to teach it.',
      };
}
