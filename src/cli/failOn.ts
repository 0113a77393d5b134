import { smallestAtQ } from '../core/calibrate';
import { byRank, countWords, decidingScore, rateWords, rowsWords } from '../core/report';
import type { AuditSummary, RowScore } from '../core/types';
import { UsageError } from './usage';

/** What `--fail-on` can ask for, comma-separated. */
export type Condition = { kind: 'flagged'; moreThan: number } | { kind: 'more-than-chance' } | { kind: 'problems' } | { kind: 'q'; atMost: number };

export interface Judged {
  condition: Condition;
  outcome: 'met' | 'not met' | 'unreachable';
  /** The condition with what it found. */
  text: string;
}

const grammar = 'Give a comma-separated list of flagged>N, more-than-chance, problems, q<=X.';

/** @throws UsageError */
export function parseFailOn(list: string): Condition[] {
  return list.split(',').map((item) => parseCondition(item.trim(), list));
}

function parseCondition(item: string, list: string): Condition {
  if (item === 'more-than-chance' || item === 'problems') return { kind: item };
  const flagged = /^flagged\s*>\s*(\d+)$/.exec(item);
  if (flagged) return { kind: 'flagged', moreThan: Number(flagged[1]) };
  const q = /^q\s*<=\s*(\d*\.?\d+)$/.exec(item);
  if (q) {
    const atMost = Number(q[1]);
    if (atMost > 0 && atMost < 1) return { kind: 'q', atMost };
    throw new UsageError(`--fail-on ${list}: q is a rate between 0 and 1, not ${q[1]}.`);
  }
  throw new UsageError(`--fail-on ${list}: "${item}" is not a condition. ${grammar}`);
}

/** Each condition against a file's results. */
export function judge(conditions: readonly Condition[], summary: AuditSummary, rows: readonly RowScore[]): Judged[] {
  return conditions.map((condition) => ({ condition, ...judgeOne(condition, summary, rows) }));
}

function judgeOne(condition: Condition, summary: AuditSummary, rows: readonly RowScore[]): Omit<Judged, 'condition'> {
  const met = (holds: boolean) => (holds ? 'met' : 'not met');
  const uncalibrated = 'nothing is flagged without ordinary rows of your own (--ordinary FILE), so this cannot be met';
  switch (condition.kind) {
    case 'flagged':
      return { outcome: met(summary.flagged > condition.moreThan), text: `flagged>${condition.moreThan}: ${summary.chance ? `${countWords(summary.flagged)} flagged` : uncalibrated}` };
    case 'more-than-chance':
      return { outcome: met(summary.verdict === 'more than chance'), text: `more-than-chance: ${summary.chance ? summary.verdict : uncalibrated}` };
    case 'problems':
      return { outcome: met(summary.problems.length > 0), text: `problems: ${rowsWords(summary.problems.length)} could not be scored` };
    case 'q':
      return judgeQ(condition.atMost, summary, rows);
  }
}

/**
 * No empirical p is under 1/(n + 1), so a q at or under X is out of reach for every row where X (n + 1) < 1, and without
 * ordinary rows there is no q at all. Within reach it may still need many rows to beat every ordinary one: that is told.
 */
function judgeQ(atMost: number, summary: AuditSummary, rows: readonly RowScore[]): Omit<Judged, 'condition'> {
  const name = `q<=${rateWords(atMost)}`;
  const { chance } = summary;
  if (!chance) return { outcome: 'unreachable', text: `${name}: cannot be decided: there is no q without ordinary rows of your own (--ordinary FILE)` };
  const reached = byRank(rows).filter((row) => (decidingScore(row, summary)?.q ?? 1) <= atMost);
  if (reached.length > 0) return { outcome: 'met', text: `${name}: ${rowsWords(reached.length)}, the first on line ${reached[0]!.line}` };
  const smallest = smallestAtQ(chance.m, chance.n, atMost);
  if (smallest === null) {
    const needed = Math.ceil(1 / atMost - 1e-9) - 1;
    const why = chance.m === 0 ? 'no row of the file is left to judge' : `with ${rowsWords(chance.n)} to calibrate on no number of rows could reach it; at least ${countWords(needed)} ordinary rows are needed`;
    return { outcome: 'unreachable', text: `${name}: cannot be decided: ${why}` };
  }
  return { outcome: 'not met', text: `${name}: no row; at least ${countWords(smallest)} of ${rowsWords(chance.m)} would have to beat every one of the ${countWords(chance.n)} ordinary rows` };
}
