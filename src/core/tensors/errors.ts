import { ExpectedError } from '../../base/errors';

/** A file of tensors that cannot be read: the message names the file and what to do. */
export class TensorFileError extends ExpectedError<'not-found' | 'damaged'> {}
