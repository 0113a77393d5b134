import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ExpectedError } from '../base/errors';

/** Where results go. */
export interface Output {
  /** Resolves when there is room for more. Rejects with PipeClosedError once nobody reads. */
  write(data: string | Uint8Array): Promise<void>;
  /** Everything is written. */
  end(): Promise<void>;
  /** What was written is of no use. */
  abandon(): Promise<void>;
}

/** The reader of a pipe has gone (`| head`): the end of the work, not an error. */
export class PipeClosedError extends Error {
  constructor() {
    super('the pipe was closed');
    this.name = 'PipeClosedError';
  }
}

/** Standard output, or another stream that is not ours to close. */
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

/** A file that appears whole or not at all. */
export async function fileOutput(path: string): Promise<Output> {
  const target = resolve(path);
  const temporary = `${target}.${process.pid}.part`;
  const cannot = (error: NodeJS.ErrnoException): never => {
    throw new ExpectedError('cannot-write', `${path} cannot be written (${error.code ?? error.message}). Give a file in a folder that exists and that you may write to.`, { cause: error });
  };
  const stream = createWriteStream(temporary);
  await once(stream, 'open').catch(cannot);
  const inner = streamOutput(stream);
  return {
    write: (data) => inner.write(data).catch(cannot),
    async end() {
      stream.end();
      await once(stream, 'close').catch(cannot);
      await rename(temporary, target).catch(async (error: NodeJS.ErrnoException) => {
        await rm(temporary, { force: true });
        cannot(error);
      });
    },
    async abandon() {
      stream.destroy();
      await rm(temporary, { force: true });
    },
  };
}
