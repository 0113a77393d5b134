import { readdir, rmdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeQuietly } from './disk';
import { isOurs, isKeyFolder, isTemporary, parseSegmentName } from './segmentName';

/** Where the engine keeps weights in another form. */
const weightsFolder = 'weights';

export interface UsedFile {
  path: string;
  bytes: number;
  /** ms since 1970 */
  modified: number;
}

/** What one key takes. */
export interface KeyUsage {
  name: string;
  path: string;
  bytes: number;
  /** Rows of vectors. One that stands twice counts twice until it is compacted. */
  records: number;
  /** ms since 1970 */
  lastUse: number;
  files: UsedFile[];
}

/** Counts the store's own files and sees no others: the folder may be one that people use. Nor what another process is writing. */
export async function usageOf(folder: string): Promise<KeyUsage[]> {
  const names = (await namesIn(folder)).filter(isKeyFolder);
  return Promise.all(names.map((name) => keyUsage(name, join(folder, name))));
}

async function keyUsage(name: string, path: string): Promise<KeyUsage> {
  const usage: KeyUsage = { name, path, bytes: 0, records: 0, lastUse: 0, files: [] };
  for (const file of (await namesIn(path)).filter(isOurs)) {
    const info = await stat(join(path, file)).catch(() => null);
    if (!info || (isTemporary(file) && !isAbandoned(info))) continue;
    usage.files.push({ path: join(path, file), bytes: info.size, modified: info.mtimeMs });
    usage.bytes += info.size;
    const segment = parseSegmentName(file);
    if (segment?.kind === 'vectors') usage.records += segment.rows;
    if (file === 'key.json') usage.lastUse = info.mtimeMs;
  }
  return usage;
}

/** Weights in another form, which the engine keeps in the cache folder: counted and cleared with it, and outside of its limit. */
export async function expandedWeights(folder: string): Promise<UsedFile[]> {
  const path = join(folder, weightsFolder);
  const files = (await namesIn(path)).filter((name) => /^[0-9a-f]{16}-[0-9a-f]{64}\.safetensors$/.test(name) || isTemporary(name));
  const found = await Promise.all(files.map(async (name) => ({ name, info: await stat(join(path, name)).catch(() => null) })));
  return found.flatMap(({ name, info }) => (info ? [{ path: join(path, name), bytes: info.size, modified: info.mtimeMs }] : []));
}

/** Removes a key's files, and its folder when nothing else is in it. */
export async function removeKey({ path, files }: KeyUsage): Promise<void> {
  for (const file of files) await removeQuietly(file.path);
  await rmdir(path).catch(() => {});
}

/** Temporary files of processes that were killed. */
export async function removeAbandoned(folder: string): Promise<void> {
  const folders = [folder, join(folder, weightsFolder), ...(await namesIn(folder)).filter(isKeyFolder).map((name) => join(folder, name))];
  for (const path of folders) {
    for (const file of (await namesIn(path)).filter(isTemporary)) {
      const info = await stat(join(path, file)).catch(() => null);
      if (info && isAbandoned(info)) await removeQuietly(join(path, file));
    }
  }
}

/** A living process renames its file within seconds. */
const isAbandoned = ({ mtimeMs }: { mtimeMs: number }): boolean => Date.now() - mtimeMs > 3_600_000;

const namesIn = (folder: string): Promise<string[]> => readdir(folder).catch(() => []);
