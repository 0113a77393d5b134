import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ExpectedError } from '../base/errors';

/** What a row is known to be: a line of a key file. */
export interface KeyEntry {
  /** 1-based line of the audited file. */
  line: number;
  label: 'good' | 'bad';
  /** The kind of bad (or good) row; null where the key names none. */
  kind: string | null;
}

/** A line of the key that cannot be used. Data, never an exception. */
export interface KeyFault {
  /** 1-based line of the key file. */
  keyLine: number;
  message: string;
}

export interface Key {
  entries: KeyEntry[];
  faults: KeyFault[];
}

const schema = z.object({ line: z.number().int().positive(), label: z.enum(['good', 'bad']), kind: z.string().max(200).nullish() });

/** @throws ExpectedError `bad-key` when the file cannot be read or holds no usable line */
export async function readKey(path: string): Promise<Key> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new ExpectedError('bad-key', `The key ${path} cannot be read (${error.code ?? error.message}). Check the path given with --key.`);
  });
  const key = parseKey(text);
  if (key.entries.length === 0) throw new ExpectedError('bad-key', `The key ${path} holds no usable line: it needs {"line": 12, "label": "good" | "bad", "kind": "..."} a line.`);
  return key;
}

export function parseKey(text: string): Key {
  const entries: KeyEntry[] = [];
  const faults: KeyFault[] = [];
  const seen = new Map<number, number>();
  text.replace(/^\ufeff/, '').split(/\r?\n/).forEach((source, i) => {
    if (source.trim() === '') return;
    const keyLine = i + 1;
    const entry = parseEntry(source);
    if (typeof entry === 'string') faults.push({ keyLine, message: entry });
    else if (seen.has(entry.line)) faults.push({ keyLine, message: `line ${entry.line} was labelled before, on line ${seen.get(entry.line)} of the key: the first label counts` });
    else {
      seen.set(entry.line, keyLine);
      entries.push(entry);
    }
  });
  return { entries, faults };
}

function parseEntry(source: string): KeyEntry | string {
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch {
    return 'is not JSON';
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { line: parsed.data.line, label: parsed.data.label, kind: parsed.data.kind ?? null };
  const issue = parsed.error.issues[0]!;
  return `${issue.path.join('.') || 'the line'}: ${issue.message}`;
}
