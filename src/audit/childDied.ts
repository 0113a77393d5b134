import { ExpectedError } from '../base/errors';

/** Thrown to whoever waits when the child ends in the middle of a request. */
export class ChildDiedError extends ExpectedError<'engine-died'> {
  /**
   * @param how "SIGKILL", "exit code 134", "no answer for 60 s"
   * @param mayTryAgain not where it could not be started at all
   */
  constructor(
    readonly how: string,
    message = `The engine stopped (${how}). If it stops again, lower maxTokens, or choose another Node with personaLens.engine.execPath.`,
    readonly mayTryAgain = true,
  ) {
    super('engine-died', message);
  }
}
