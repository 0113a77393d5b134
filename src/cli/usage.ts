import { ExpectedError } from '../base/errors';

/** The command line itself cannot be understood or asks for what does not go together. */
export class UsageError extends ExpectedError<'usage'> {
  constructor(message: string) {
    super('usage', message);
  }
}
