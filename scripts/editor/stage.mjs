// Installs a folder so that it is either complete or not there: filled under a temp name, marked, then renamed.
import { existsSync, readFileSync, readdirSync, statfsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isAlive } from './paths.mjs';

const MARKER = 'ready.json';

/** Why an installation failed, in words a person can act on. */
export class InstallError extends Error {
  /**
   * @param {'offline' | 'disk-full' | 'integrity' | 'failed'} reason
   * @param {string} message
   * @param {unknown} [cause]
   */
  constructor(reason, message, cause) {
    super(message, { cause });
    this.name = 'InstallError';
    this.reason = reason;
  }
}

/**
 * Runs `fill` for a temp folder beside `dest` and renames it to `dest`, unless `dest` already carries `fingerprint`.
 * @param {{ dest: string, fingerprint: string, needsMegabytes: number, fill: (dir: string) => Promise<void> }} options
 * @returns {Promise<boolean>} whether anything was installed
 */
export async function installOnce({ dest, fingerprint, needsMegabytes, fill }) {
  if (isReady(dest, fingerprint)) return false;
  await mkdir(dirname(dest), { recursive: true });
  await sweepAbandoned(dest);
  checkSpace(dirname(dest), needsMegabytes);
  const part = `${dest}.part-${process.pid}`;
  try {
    await mkdir(part);
    await fill(part);
    await writeFile(join(part, MARKER), JSON.stringify({ fingerprint }));
    if (!isReady(dest, fingerprint)) {
      await rm(dest, { recursive: true, force: true });
      await rename(part, dest);
    }
    return true;
  } catch (error) {
    if (isReady(dest, fingerprint)) return false; // another process finished first
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOSPC') throw diskFull(dest, error);
    throw error;
  } finally {
    await rm(part, { recursive: true, force: true });
  }
}

/** @param {string} dest @param {string} fingerprint */
function isReady(dest, fingerprint) {
  const marker = join(dest, MARKER);
  return existsSync(marker) && JSON.parse(readFileSync(marker, 'utf8')).fingerprint === fingerprint;
}

/** Removes what killed installations left behind. @param {string} dest */
async function sweepAbandoned(dest) {
  const prefix = `${basename(dest)}.part-`;
  for (const name of readdirSync(dirname(dest))) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
    await rm(join(dirname(dest), name), { recursive: true, force: true });
  }
}

/** @param {string} dir @param {number} needsMegabytes */
function checkSpace(dir, needsMegabytes) {
  const { bavail, bsize } = statfsSync(dir);
  const freeMegabytes = Math.floor((bavail * bsize) / 2 ** 20);
  if (freeMegabytes < needsMegabytes) {
    throw new InstallError(
      'disk-full',
      `${dir} has ${freeMegabytes} MB free, ${needsMegabytes} MB are needed: free some space and run again.`,
    );
  }
}

/** @param {string} dest @param {unknown} cause */
export function diskFull(dest, cause) {
  return new InstallError('disk-full', `The disk of ${dest} is full: free some space and run again.`, cause);
}
