import type { Auditor } from '../audit/auditor';
import type { Logger } from '../base/logger';
import type { Environment } from './terminal/colour';

type Stream = NodeJS.WritableStream & { isTTY?: boolean | undefined; columns?: number | undefined };

/** Everything that commands touch outside their own code. */
export interface Io {
  stdout: Stream;
  stderr: Stream;
  env: Environment;
  /** Folder of the bundled models. */
  modelsFolder: string;
  defaultCacheFolder(): string;
  /** Opens the pipeline: loads nothing until it is asked to audit. */
  openAuditor(logger: Logger): Promise<Auditor>;
  /** Ctrl-C and SIGTERM. */
  signal: AbortSignal;
}

/** Columns of results: of the terminal, of COLUMNS, or 100 for a file or pipe. */
export function columnsOf(stream: Stream, env: Environment): number {
  const told = Number(env.COLUMNS);
  const columns = stream.isTTY && stream.columns ? stream.columns : Number.isInteger(told) && told > 0 ? told : 100;
  return Math.max(40, columns);
}
