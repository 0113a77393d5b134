import type { RowProblem, RowScore } from '../core/types';
import type { Key, KeyEntry } from './key';

/** A row whose label is known. */
export interface KeyedRow<Row = RowScore> {
  row: Row;
  /** Its place in the audit's rows: where its null scores stand. */
  at: number;
  entry: KeyEntry;
}

export interface Match<Row = RowScore> {
  keyed: KeyedRow<Row>[];
  /** What of the key could not be used, in words. */
  faults: string[];
  /** Scored rows that the key does not name. */
  unkeyed: number;
}

/** Puts a key's lines on the rows of a file. A line that is no row, or several, is told, never guessed. */
export function matchKey<Row extends { line: number }>(key: Key, rows: readonly Row[], problems: readonly RowProblem[]): Match<Row> {
  const onLine = new Map<number, number[]>();
  rows.forEach(({ line }, at) => onLine.set(line, [...(onLine.get(line) ?? []), at]));
  const unreadable = new Set(problems.map(({ line }) => line));
  const faults = key.faults.map(({ keyLine, message }) => `key line ${keyLine}: ${message}`);
  const keyed: KeyedRow<Row>[] = [];
  for (const entry of key.entries) {
    const found = onLine.get(entry.line) ?? [];
    if (found.length === 1) keyed.push({ row: rows[found[0]!]!, at: found[0]!, entry });
    else if (found.length > 1) faults.push(`line ${entry.line} holds ${found.length} rows: a key needs one row a line`);
    else faults.push(unreadable.has(entry.line) ? `line ${entry.line} could not be scored (see the problems)` : `line ${entry.line} is no row of the file`);
  }
  return { keyed, faults, unkeyed: rows.length - keyed.length };
}
