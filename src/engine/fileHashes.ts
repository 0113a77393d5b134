import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, sha256File } from '../base/hash';

/**
 * SHA-256 of large files, kept in the cache folder by path, size and time of change, so that a model of gigabytes is read through
 * once. Where the folder does not take them they are computed each time.
 */
export class FileHashes {
  private readonly folder: string | null;

  constructor(cacheFolder: string | null) {
    this.folder = cacheFolder === null ? null : join(cacheFolder, 'hashes');
  }

  async of(file: string): Promise<string> {
    if (this.folder === null) return sha256File(file);
    const { ino, size, mtimeMs } = await stat(file);
    const kept = join(this.folder, sha256(`${file} ${ino} ${size} ${mtimeMs}`));
    const known = await readFile(kept, 'utf8').catch(() => '');
    if (/^[0-9a-f]{64}$/.test(known)) return known;
    const hash = await sha256File(file);
    await this.keep(this.folder, kept, hash).catch(() => undefined);
    return hash;
  }

  private async keep(folder: string, file: string, hash: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const temporary = `${file}.${process.pid}`;
    await writeFile(temporary, hash);
    await rename(temporary, file);
  }
}
