import envPaths from 'env-paths';

/** Where the system keeps caches: one folder for all windows and command lines of a user. */
export function defaultCacheFolder(): string {
  return envPaths('persona-lens', { suffix: '' }).cache;
}
