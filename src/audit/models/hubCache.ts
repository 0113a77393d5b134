import { readFile, readdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where the Hugging Face libraries keep what they download, as they find it themselves. */
export function hubCacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const own = env['HF_HUB_CACHE'] ?? env['HUGGINGFACE_HUB_CACHE'];
  if (own) return own;
  return join(env['HF_HOME'] || join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'huggingface'), 'hub');
}

/**
 * Folders of the models in a Hugging Face cache, one a repository: the snapshot that its main branch names, or the newest.
 * Layout: `models--ORG--NAME/snapshots/COMMIT`, whose files are links into `blobs`, and `refs/main` with a commit.
 */
export async function cachedModels(cache: string): Promise<string[]> {
  const repositories = (await namesIn(cache)).filter((name) => name.startsWith('models--'));
  const found = await Promise.all(repositories.map((name) => snapshotOf(join(cache, name))));
  return found.filter((folder) => folder !== null);
}

async function snapshotOf(repository: string): Promise<string | null> {
  const commits = await namesIn(join(repository, 'snapshots'));
  const main = (await readFile(join(repository, 'refs/main'), 'utf8').catch(() => '')).trim();
  const dated = await Promise.all(
    commits.map(async (commit) => {
      const folder = join(repository, 'snapshots', commit);
      return { folder, time: commit === main ? Infinity : await stat(folder).then(({ mtimeMs }) => mtimeMs, () => -Infinity) };
    }),
  );
  return dated.sort((a, b) => b.time - a.time)[0]?.folder ?? null;
}

const namesIn = async (folder: string): Promise<string[]> => (await readdir(folder).catch(() => [])).sort();
