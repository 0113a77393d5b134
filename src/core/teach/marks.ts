import type { LabelledHash, MarkLabel } from '../types';
import type { GroupedRow } from '../probe/folds';
import { LEAST_MARKS } from './least';
import type { TeachRow } from './rows';

/** Sources that hold marks of both kinds, from which on whole sources are held out. */
const LEAST_SOURCES = 3;

/** A marked row of the file. */
export interface MarkedRow extends GroupedRow {
  /** Index into the file's rows. */
  row: number;
  kind: string;
}

export interface MarkedRows {
  marked: MarkedRow[];
  groupedBy: 'question' | 'source';
  /** Marks whose row is not in the file. */
  elsewhere: number;
  /** By row index. */
  labels: ReadonlyMap<number, MarkLabel>;
}

/** Puts marks on a file's rows. A text that stands twice in the file is marked twice, and stays one question. */
export function markedRows(rows: readonly TeachRow[], marks: readonly LabelledHash[]): MarkedRows {
  const byHash = new Map(marks.map((mark) => [mark.hash, mark]));
  const found = rows.flatMap((row, i) => {
    const mark = byHash.get(row.hash);
    return mark ? [{ row: i, label: mark.label, kind: mark.kind ?? mark.label, question: row.question, source: row.source }] : [];
  });
  const groupedBy = holdsOutSources(found) ? 'source' : 'question';
  const hashes = new Set(rows.map(({ hash }) => hash));
  return {
    marked: found.map(({ source, ...mark }) => ({ ...mark, domain: groupedBy === 'source' ? source! : 'marks' })),
    groupedBy,
    elsewhere: [...byHash.keys()].filter((hash) => !hashes.has(hash)).length,
    labels: new Map(found.map(({ row, label }) => [row, label])),
  };
}

/** Whole sources are held out where enough of them hold both kinds, and no question stands in two of them. */
function holdsOutSources(marks: readonly { label: MarkLabel; question: string; source: string | null }[]): boolean {
  const sources = new Map<string, Set<MarkLabel>>();
  const sourceOf = new Map<string, string>();
  for (const { label, question, source } of marks) {
    if (source === null || (sourceOf.get(question) ?? source) !== source) return false;
    sourceOf.set(question, source);
    sources.set(source, (sources.get(source) ?? new Set()).add(label));
  }
  return [...sources.values()].filter((labels) => labels.size === 2).length >= LEAST_SOURCES;
}

/** Marks still missing before a probe can be taught. */
export function missingMarks(marked: readonly GroupedRow[]): { good: number; bad: number } {
  const missing = (wanted: MarkLabel) => Math.max(0, LEAST_MARKS - marked.filter(({ label }) => label === wanted).length);
  return { good: missing('good'), bad: missing('bad') };
}
