import type { Logger } from '../base/logger';
import type { Progress } from './progress';

/** Warnings and errors of the pipeline, between two states of the progress; the rest is for the editor's log. */
export function progressLogger(progress: Progress): Logger {
  return {
    debug() {},
    info() {},
    warn: (message) => progress.note(`warning: ${message}`),
    error: (message) => progress.note(`error: ${message}`),
  };
}
