import { ExpectedError } from '../base/errors';

export type StoreErrorReason = 'not-writable' | 'not-a-folder' | 'disk-full' | 'not-found' | 'damaged' | 'changing' | 'failed';

/** The cache or a file of vectors cannot be used: the message says what happened, where, and what to do. */
export class StoreError extends ExpectedError<StoreErrorReason> {}

/** A segment whose bytes are not what was written. Never leaves the store: the segment is removed, its rows are computed again. */
export class DamagedSegment extends Error {}

export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && /^E[A-Z0-9]+$/.test(error.code) ? error.code : null;
}

export const isMissing = (error: unknown): boolean => errnoOf(error) === 'ENOENT';

/** What a file system said, as something to act on. Anything else comes back as it is: it is a bug. */
export function storeError(error: unknown, doing: string, path: string, otherwise = orWithout): unknown {
  const code = errnoOf(error);
  if (code === null) return error;
  const [reason, because, remedy] = explain(code);
  return new StoreError(reason, `Cannot ${doing} ${path}: ${because} (${code}). ${remedy}${otherwise}`, { cause: error });
}

const orWithout = ', or choose another cache folder. Audits work without a cache, only slower.';

function explain(code: string): [StoreErrorReason, string, string] {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return ['not-writable', 'permission denied', 'Allow access to it'];
    case 'ENOTDIR':
    case 'EEXIST':
    case 'EISDIR':
      return ['not-a-folder', 'a file stands where a folder is needed, or a folder where a file is', 'Move it away'];
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return ['disk-full', 'the disk or its quota is full', 'Free some space'];
    case 'ENOENT':
      return ['not-found', 'it does not exist', 'Check the path'];
    default:
      return ['failed', 'the file system reported an error', 'Check the disk'];
  }
}
