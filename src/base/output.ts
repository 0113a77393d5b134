import { open, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ExpectedError } from './errors';

/** Where results go. */
export interface Output {
  /** Resolves when there is room for more. */
  write(data: string | Uint8Array): Promise<void>;
  /** Everything is written. */
  end(): Promise<void>;
  /** What was written is of no use. */
  abandon(): Promise<void>;
}

/**
 * A file that appears whole or not at all.
 * @throws ExpectedError `cannot-write`
 */
export async function fileOutput(path: string): Promise<Output> {
  const target = resolve(path);
  const temporary = `${target}.${process.pid}.part`;
  const cannot = (error: NodeJS.ErrnoException): never => {
    throw new ExpectedError('cannot-write', `${path} cannot be written (${error.code ?? error.message}). Give a file in a folder that exists and that you may write to.`, { cause: error });
  };
  const file = await open(temporary, 'w').catch(cannot);
  const remove = () => rm(temporary, { force: true });
  return {
    write: (data) => file.writeFile(data).catch(cannot),
    async end() {
      await file.close().catch(cannot);
      await rename(temporary, target).catch(async (error: NodeJS.ErrnoException) => {
        await remove();
        cannot(error);
      });
    },
    async abandon() {
      await file.close().catch(() => undefined);
      await remove();
    },
  };
}
