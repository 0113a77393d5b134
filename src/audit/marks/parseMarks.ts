import { z } from 'zod';
import { jsonLines } from '../../base/jsonLines';
import type { LabelledHash, MarkLine, RecordMark } from '../../core/types';

/** A line that says nothing that can be used; it stays in the file. */
export interface MarksProblem {
  /** 1-based line of the marks file. */
  line: number;
  message: string;
}

export interface Marks {
  /** By record hash. */
  records: ReadonlyMap<string, RecordMark>;
  problems: MarksProblem[];
}

const schema = z.object({
  hash: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of a record'),
  mark: z.enum(['good', 'bad']).nullish(),
  decision: z.enum(['keep', 'quarantine', 'mask', 'waive']).nullish(),
  reason: z.string().max(10_000).nullish(),
  note: z.string().max(10_000).nullish(),
  author: z.string().max(200).nullish(),
  time: z.string().max(100).nullish(),
});

/** A marks file's text. Later lines win, mark and decision each for itself; a null takes back. Other lines are told and left alone. */
export function parseMarks(text: string): Marks {
  const records = new Map<string, RecordMark>();
  const problems: MarksProblem[] = [];
  for (const { line, value, fault } of jsonLines(text, schema)) {
    if (fault !== null) problems.push({ line, message: fault });
    else if (value.mark === undefined && value.decision === undefined && value.note == null) problems.push({ line, message: 'says neither a mark nor a decision' });
    else records.set(value.hash, said(records.get(value.hash), value));
  }
  for (const [hash, { mark, decision }] of records) if (mark === null && decision === null) records.delete(hash);
  return { records, problems };
}

/** Only the marks good and bad: what a probe is taught on. */
export function labelsOf({ records }: Marks): LabelledHash[] {
  return [...records].flatMap(([hash, { mark }]) => (mark === null ? [] : [{ hash, label: mark }]));
}

type Parsed = z.infer<typeof schema>;

function said(before: RecordMark | undefined, { mark, decision, reason, note, author, time }: Parsed): RecordMark {
  return {
    mark: mark === undefined ? (before?.mark ?? null) : mark,
    decision: decision === undefined ? (before?.decision ?? null) : decision === null ? null : { kind: decision, reason: reason ?? null },
    note: note ?? before?.note ?? null,
    author: author ?? null,
    time: time ?? '',
  };
}

/** A line that marks a record now; null takes the mark back. */
export function markLine(hash: string, mark: MarkLine['mark'], author: string | null, now = new Date()): MarkLine {
  return { hash, mark: mark ?? null, ...(author ? { author } : {}), time: now.toISOString() };
}
