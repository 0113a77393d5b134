import type { Output } from '../base/output';

/** The reader of a pipe has gone (`| head`): the end of the work, not an error. */
export class PipeClosedError extends Error {
  constructor() {
    super('the pipe was closed');
    this.name = 'PipeClosedError';
  }
}

/** Standard output, or another stream that is not ours to close: once nobody reads, writing rejects with PipeClosedError. */
export function streamOutput(stream: NodeJS.WritableStream): Output {
  let failure: Error | null = null;
  const fail = (error: NodeJS.ErrnoException) => (failure ??= error.code === 'EPIPE' ? new PipeClosedError() : error);
  stream.on('error', fail);
  return {
    async write(data) {
      if (failure) throw failure;
      // The callback comes once the text has left, so a closed pipe is seen before more is made.
      await new Promise<void>((done, refuse) => stream.write(data, (error) => (error ? refuse(fail(error)) : done())));
    },
    async end() {
      if (failure) throw failure;
    },
    async abandon() {},
  };
}
