import { ExpectedError } from '../../base/errors';

/** A sparse autoencoder that cannot be used: the message names the file and what to do. */
export class SaeError extends ExpectedError<'not-found' | 'bad-config' | 'unknown-rule' | 'bad-weights' | 'wrong-model'> {}
