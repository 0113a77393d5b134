import { writeFile } from 'node:fs/promises';
import { ExpectedError } from '../base/errors';
import { type ReportInput, htmlReport, markdownReport, reportBlocks } from '../core/report';
import { UsageError } from './usage';

/** @throws UsageError */
export function reportKind(path: string): 'markdown' | 'html' {
  if (/\.(md|markdown)$/i.test(path)) return 'markdown';
  if (/\.html?$/i.test(path)) return 'html';
  throw new UsageError(`--report ${path}: the name must end in .md or .html, which says how it is written.`);
}

export async function writeReport(path: string, inputs: readonly ReportInput[]): Promise<void> {
  const blocks = reportBlocks(inputs);
  const text = reportKind(path) === 'markdown' ? markdownReport(blocks) : htmlReport(blocks);
  await writeFile(path, text).catch((error: NodeJS.ErrnoException) => {
    throw new ExpectedError('cannot-write', `The report ${path} cannot be written (${error.code ?? error.message}). Give a file in a folder that exists and that you may write to.`, { cause: error });
  });
}
