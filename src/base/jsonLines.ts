import type { z } from 'zod';

/** A line of a small file of JSON lines: what the schema makes of it, or in words why it cannot be used. */
export type JsonLine<T> = { line: number; value: T; fault: null } | { line: number; value: null; fault: string };

/** The lines of a text that are not empty, numbered from 1. */
export function jsonLines<T>(text: string, schema: z.ZodType<T>): JsonLine<T>[] {
  return text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .flatMap((source, i) => (source.trim() === '' ? [] : [{ line: i + 1, ...parse(source, schema) }]));
}

function parse<T>(source: string, schema: z.ZodType<T>): { value: T; fault: null } | { value: null; fault: string } {
  let json: unknown;
  try {
    json = JSON.parse(source);
  } catch {
    return { value: null, fault: 'is not JSON' };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { value: parsed.data, fault: null };
  const issue = parsed.error.issues[0]!;
  return { value: null, fault: `${issue.path.join('.') || 'the line'}: ${issue.message}` };
}
