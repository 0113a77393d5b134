import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of the bundled models: beside `dist` in the product, a few folders up when run from the sources. */
export function findModelsFolder(from: string = __dirname): string {
  for (let folder = dirname(from), last = ''; folder !== last; last = folder, folder = dirname(folder)) {
    const models = join(folder, 'models');
    if (existsSync(models)) return models;
  }
  return join(dirname(from), 'models');
}
