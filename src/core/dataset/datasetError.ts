import { ExpectedError } from '../../base/errors';

export type DatasetErrorReason =
  | 'not-found'
  | 'not-a-file'
  | 'not-readable'
  | 'empty'
  | 'binary'
  | 'not-utf8'
  | 'unsupported-format'
  | 'not-json'
  | 'no-rows'
  | 'unknown-shape'
  | 'bad-mapping';

/** The file as a whole cannot be read. A bad row never throws this: it is a RowProblem. */
export class DatasetError extends ExpectedError<DatasetErrorReason> {}
