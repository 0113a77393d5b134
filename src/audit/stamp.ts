import { stat } from 'node:fs/promises';

/** Tells a file from its later self; null where there is none. */
export async function stampOf(path: string | null): Promise<string | null> {
  const info = path === null ? null : await stat(path).catch(() => null);
  return info && `${info.ino} ${info.mtimeMs} ${info.size}`;
}
