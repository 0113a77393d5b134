import { removeQuietly } from './disk';
import { type KeyUsage, removeKey } from './usage';

/** Removes whole keys, the longest unused first, until the rest fits. The current keys go last, file by file, and only as far as they must. */
export async function enforceLimit(keys: KeyUsage[], maxBytes: number, current: readonly string[]): Promise<void> {
  let bytes = keys.reduce((sum, key) => sum + key.bytes, 0);
  for (const key of keys.filter(({ name }) => !current.includes(name)).sort((a, b) => a.lastUse - b.lastUse)) {
    if (bytes <= maxBytes) return;
    await removeKey(key);
    bytes -= key.bytes;
  }
  const files = keys.filter(({ name }) => current.includes(name)).flatMap((key) => key.files);
  for (const file of files.sort((a, b) => a.modified - b.modified)) {
    if (bytes <= maxBytes) return;
    await removeQuietly(file.path);
    bytes -= file.bytes;
  }
}
