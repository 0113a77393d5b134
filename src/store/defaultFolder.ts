import envPaths from 'env-paths';
import { join } from 'node:path';

/** Where the system keeps caches: one folder for all windows and command lines of a user. */
export function defaultCacheFolder(): string {
  return envPaths('persona-lens', { suffix: '' }).cache;
}

/** Where the system keeps a user's data: profiles of models lie there, which take minutes to make. */
export function defaultProfilesFolder(): string {
  return join(envPaths('persona-lens', { suffix: '' }).data, 'models');
}
