import type { ProblemReason } from '../types';

/** Ends the reading of one row. Caught in readRow.ts, where it becomes a RowProblem; it never leaves this folder. */
export class RowFault extends Error {
  constructor(
    readonly reason: ProblemReason,
    message: string,
  ) {
    super(message);
  }
}
