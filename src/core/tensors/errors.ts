import { ExpectedError } from '../../base/errors';

/** A file of tensors, or one that was packed with them, that cannot be used: the message names the file and what to do. */
export class TensorFileError extends ExpectedError<'not-found' | 'damaged' | 'outside'> {}
