import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, stat, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { AsyncBuffer } from 'hyparquet';
import { DamagedSegment, errnoOf } from './errors';

/** Whole or not at all: temporary name, sync, rename. A kill leaves a temporary file that nobody reads. */
export async function writeAtomic(folder: string, file: string, bytes: string | Uint8Array): Promise<void> {
  const temporary = join(folder, `.tmp-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await renameOver(temporary, join(folder, file));
  } catch (error) {
    await unlink(temporary).catch(() => {});
    throw error;
  }
}

/** Windows refuses to replace a file that a reader or a virus scanner holds, mostly for a moment. */
async function renameOver(from: string, to: string): Promise<void> {
  for (let wait = 10; ; wait *= 2) {
    try {
      return await rename(from, to);
    } catch (error) {
      const held = process.platform === 'win32' && ['EPERM', 'EACCES', 'EBUSY'].includes(errnoOf(error) ?? '');
      if (!held || wait > 1000) throw error;
      await setTimeout(wait);
    }
  }
}

/** Opens a file for the time of `read`. */
export async function withFile<T>(path: string, read: (file: AsyncBuffer) => Promise<T>): Promise<T> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    return await read({
      byteLength: size,
      async slice(start, end = size) {
        const bytes = new Uint8Array(end - start);
        for (let filled = 0; filled < bytes.length; ) {
          const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
          if (bytesRead === 0) throw new DamagedSegment('it became shorter');
          filled += bytesRead;
        }
        return bytes.buffer;
      },
    });
  } finally {
    await handle.close();
  }
}

/** With its parents. Node's own recursive mkdir never ends where a folder exists that takes no folders, such as /proc. */
export async function makeFolder(path: string, retry = true): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    if (code !== 'ENOENT' || !retry || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await makeFolder(path, false);
  }
}

/** Another process may have removed it, or hold it open (Windows): either way there is nothing to do. */
export async function removeQuietly(path: string): Promise<void> {
  await unlink(path).catch(() => {});
}
