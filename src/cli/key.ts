import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ExpectedError } from '../base/errors';
import { jsonLines } from '../base/jsonLines';

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
  for (const { line: keyLine, value, fault } of jsonLines(text, schema)) {
    if (fault !== null) faults.push({ keyLine, message: fault });
    else if (seen.has(value.line)) faults.push({ keyLine, message: `line ${value.line} was labelled before, on line ${seen.get(value.line)} of the key: the first label counts` });
    else {
      seen.set(value.line, keyLine);
      entries.push({ line: value.line, label: value.label, kind: value.kind ?? null });
    }
  }
  return { entries, faults };
}
