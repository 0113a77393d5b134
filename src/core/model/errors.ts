import { ExpectedError } from '../../base/errors';

export type ModelErrorReason =
  | 'not-found'
  | 'bad-config'
  | 'unsupported'
  | 'bad-weights'
  | 'missing-tensor'
  | 'wrong-base'
  | 'unknown-hook-point';

/** A model that cannot be opened: the message names the file and what to do. */
export class ModelError extends ExpectedError<ModelErrorReason> {}
