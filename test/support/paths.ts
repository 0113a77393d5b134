import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const modelsFolder = join(root, 'models');
export const bundledModel = join(modelsFolder, 'smollm2-135m-instruct');
export const samples = join(root, 'media/samples');

/** Fixtures that only tests read and that are not part of the project: suites that need them say so when they are absent. */
export const shared = resolve(root, '../shared');
export const hasShared = existsSync(shared);
