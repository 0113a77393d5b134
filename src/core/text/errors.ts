import { ExpectedError } from '../../base/errors';

/** A tokenizer or chat template that cannot be used, or a record that the template refuses. */
export class TextError extends ExpectedError<'not-found' | 'bad-tokenizer' | 'bad-template' | 'template-refused' | 'no-response'> {}
