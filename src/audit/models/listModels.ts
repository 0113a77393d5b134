import { isExpected } from '../../base/errors';
import { folderName, openCheckpoint } from '../../core/model';
import type { ListedModel, ModelsRequest } from '../../protocol';
import { cachedModels, hubCacheFolder } from './hubCache';

/** Models that may be chosen: the bundled one first, then the folders asked for, then the cache's; none twice. */
export async function listModels({ folders, cache }: ModelsRequest, bundled: string, hub = hubCacheFolder()): Promise<ListedModel[]> {
  const cached = cache ? await cachedModels(hub) : [];
  const others = [...new Set(folders)].filter((folder) => !cached.includes(folder));
  return Promise.all([describe(bundled, 'bundled'), ...others.map((folder) => describe(folder, 'folder')), ...cached.map((folder) => describe(folder, 'cache'))]);
}

async function describe(folder: string, source: ListedModel['source']): Promise<ListedModel> {
  const about = { folder: source === 'bundled' ? null : folder, name: folderName(folder), source };
  try {
    const { config, weights } = await openCheckpoint(folder);
    return { ...about, architecture: config.modelType, bytes: weights.byteLength(), problem: null };
  } catch (error) {
    if (!isExpected(error)) throw error;
    return { ...about, architecture: null, bytes: null, problem: error.message };
  }
}
