import { open, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { ExpectedError } from '../../base/errors';
import type { MarkLine } from '../../core/types';
import { type Marks, parseMarks } from './parseMarks';

const ending = '.persona-lens.jsonl';

/** `train.persona-lens.jsonl` for `train.jsonl`. */
export function marksPath(dataset: string): string {
  return `${dataset.slice(0, dataset.length - extname(dataset).length)}${ending}`;
}

export function isMarksFile(path: string): boolean {
  return path.toLowerCase().endsWith(ending);
}

/**
 * The marks beside a dataset; none where there is no file.
 * @throws ExpectedError `cannot-read`
 */
export async function readMarks(dataset: string): Promise<Marks> {
  const path = marksPath(dataset);
  try {
    return parseMarks(await readFile(path, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return parseMarks('');
    throw new ExpectedError('cannot-read', `The marks in ${path} cannot be read (${code ?? String(error)}). Check that it is a file that you may read.`, { cause: error });
  }
}

/**
 * Adds lines to the marks beside a dataset, made where there is none, in one write at the end of the file: what two windows or
 * two people add stands side by side, and nothing that is there is rewritten.
 * @throws ExpectedError `cannot-write`
 */
export async function addMarks(dataset: string, lines: readonly MarkLine[]): Promise<void> {
  if (lines.length === 0) return;
  const path = marksPath(dataset);
  try {
    const file = await open(path, 'a+');
    try {
      // A line cut short, by a kill or by hand, must not swallow the next one.
      const { size } = await file.stat();
      const last = size > 0 ? (await file.read(Buffer.alloc(1), 0, 1, size - 1)).buffer[0] : undefined;
      const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
      await file.appendFile(last === undefined || last === 0x0a ? text : `\n${text}`);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new ExpectedError('cannot-write', `The marks cannot be written to ${path} (${(error as NodeJS.ErrnoException).code ?? String(error)}). Give yourself the right to write in its folder, and mark the row again.`, { cause: error });
  }
}
