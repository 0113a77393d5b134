import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256, sha256File } from '../base/hash';
import { fileOutput } from '../base/output';
import { ModelError } from '../core/model';

/**
 * SHA-256 of large files, kept in the cache folder by path, size and time of change, so that a model of gigabytes is read through
 * once. Where the folder does not take them they are computed each time.
 */
export class FileHashes {
  private readonly folder: string | null;

  constructor(cacheFolder: string | null) {
    this.folder = cacheFolder === null ? null : join(cacheFolder, 'hashes');
  }

  /** @throws ModelError `bad-weights` for a file that is written to meanwhile */
  async of(file: string): Promise<string> {
    const before = await stampOf(file);
    if (this.folder === null) return this.unchanged(file, before);
    const kept = join(this.folder, sha256(`${file} ${before}`));
    const known = await readFile(kept, 'utf8').catch(() => '');
    if (/^[0-9a-f]{64}$/.test(known)) return known;
    const hash = await this.unchanged(file, before);
    await this.keep(this.folder, kept, hash).catch(() => undefined);
    return hash;
  }

  private async unchanged(file: string, before: string): Promise<string> {
    const hash = await sha256File(file);
    if ((await stampOf(file)) !== before) throw new ModelError('bad-weights', `${file} was written to while it was read. Wait until what writes it has ended, and try again.`);
    return hash;
  }

  private async keep(folder: string, file: string, hash: string): Promise<void> {
    await mkdir(folder, { recursive: true });
    const output = await fileOutput(file);
    await output.write(hash);
    await output.end();
  }
}

async function stampOf(file: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(file);
  return `${ino} ${size} ${mtimeMs}`;
}
