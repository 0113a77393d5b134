import { z } from 'zod';
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
  text.replace(/^\ufeff/, '').split(/\r?\n/).forEach((source, i) => {
    if (source.trim() === '') return;
    const line = parseLine(source);
    if (typeof line === 'string') problems.push({ line: i + 1, message: line });
    else records.set(line.hash, said(records.get(line.hash), line));
  });
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

function parseLine(source: string): Parsed | string {
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch {
    return 'is not JSON';
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    return `${issue.path.join('.') || 'the line'}: ${issue.message}`;
  }
  if (parsed.data.mark === undefined && parsed.data.decision === undefined && parsed.data.note == null) return 'says neither a mark nor a decision';
  return parsed.data;
}

/** A line that marks a record now; null takes the mark back. */
export function markLine(hash: string, mark: MarkLine['mark'], author: string | null, now = new Date()): MarkLine {
  return { hash, mark: mark ?? null, ...(author ? { author } : {}), time: now.toISOString() };
}
