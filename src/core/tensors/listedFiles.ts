import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { sha256File } from '../../base/hash';
import { TensorFileError } from './errors';

/** The files that a manifest lists, by name within its folder. */
export const listedFiles = z.array(z.object({ path: z.string(), bytes: z.number().int().nonnegative(), sha256: z.string().length(64) }));

/**
 * Checks the files of a folder against those that its manifest.json lists.
 * @param whose what the folder holds, for messages
 * @throws TensorFileError
 */
export async function verifyFiles(folder: string, files: z.infer<typeof listedFiles>, whose: 'model' | 'SAE'): Promise<void> {
  await Promise.all(
    files.map(async ({ path, bytes, sha256: expected }) => {
      if (basename(path) !== path || path === '..') throw new TensorFileError('outside', `${folder}/manifest.json names "${path}", which leaves the ${whose}'s folder.`);
      const file = join(folder, path);
      const info = await stat(file).catch(() => null);
      if (!info) throw new TensorFileError('not-found', `${file} is missing. Restore the ${whose}'s folder (reinstall, or check the repository out again).`);
      if (info.size !== bytes || (await sha256File(file)) !== expected)
        throw new TensorFileError('damaged', `${file} is damaged: its size or SHA-256 differs from manifest.json. Restore the ${whose}'s folder (reinstall, or check the repository out again).`);
    }),
  );
}
