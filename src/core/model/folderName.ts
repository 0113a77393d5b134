import { resolve } from 'node:path';

/** A folder's name; of a snapshot in the Hugging Face cache, `models--ORG--NAME/snapshots/COMMIT`, the repository's. */
export function folderName(folder: string): string {
  const parts = resolve(folder).split(/[\\/]/);
  const repository = parts.at(-2) === 'snapshots' ? parts.at(-3) : undefined;
  return repository?.startsWith('models--') ? repository.slice('models--'.length).replace('--', '/') : parts.at(-1)!;
}
