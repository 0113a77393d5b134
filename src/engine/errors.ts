import { ExpectedError } from '../base/errors';

export type EngineErrorReason = 'device-unavailable' | 'could-not-load' | 'bad-input' | 'unknown-token' | 'too-large' | 'run-failed' | 'not-finite' | 'parity';

/** The engine could not do what it was asked: the message says on which device and model, and what to do. */
export class EngineError extends ExpectedError<EngineErrorReason> {}
