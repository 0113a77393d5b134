import type { Auditor } from '../audit/auditor';
import { CancelledError } from '../base/errors';
import type { AuditEvent, AuditProgress, AuditSettings } from '../protocol';
import { cancelledCode, cancelledWords } from './cancelled';
import type { Io } from './io';
import { progressFor } from './progress';
import { progressLogger } from './progressLogger';
import { neutralise } from './terminal/neutralise';

/** The pipeline as one command uses it, and where the terminal hears how far it is. */
export interface Pipeline {
  auditor: Auditor;
  /** Takes what an audit says on its way. */
  onEvent(event: AuditEvent): void;
  note(message: string): void;
  /** The last word before results. */
  endProgress(): void;
}

/**
 * Opens the pipeline for a command and closes it whatever happens. A cancelled command says how far it came.
 * @param cache what the command keeps there when it is cancelled; a command that keeps nothing leaves it out
 * @returns the exit code
 */
export async function withPipeline(io: Io, { quiet = false, cache }: { quiet?: boolean | undefined; cache?: AuditSettings['cache'] }, work: (pipeline: Pipeline) => Promise<number>): Promise<number> {
  const progress = progressFor(io.stderr, { quiet });
  const auditor = await io.openAuditor(progressLogger(progress));
  let last: AuditProgress | null = null;
  const onEvent = (event: AuditEvent) => {
    if (event.type === 'notice') progress.note(event.notice.message);
    if (event.type !== 'progress') return;
    last = event.progress;
    progress.update(event.progress);
  };
  try {
    return await work({ auditor, onEvent, note: (message) => progress.note(message), endProgress: () => progress.end() });
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    progress.end();
    io.stderr.write(`${neutralise(cache === undefined ? 'Cancelled.' : cancelledWords(last, cache))}\n`);
    return cancelledCode(io.signal);
  } finally {
    progress.end();
    auditor.dispose();
  }
}
