import { z } from 'zod';
import { SaeError } from './errors';

/**
 * A file's JSON in the form that it must have.
 * @param what the form, for messages
 * @throws SaeError `bad-config`
 */
export function parseJson<T>(text: string, schema: z.ZodType<T>, file: string, what: string): T {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    const issue = error instanceof z.ZodError ? error.issues[0] : undefined;
    const why = issue ? `${issue.path.join('.') || 'the file'}: ${issue.message}` : 'not JSON';
    throw new SaeError('bad-config', `${file} is not ${what}: ${why}`, { cause: error });
  }
}
