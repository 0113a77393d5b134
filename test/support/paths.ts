import { join, resolve } from 'node:path';

export const root = resolve(import.meta.dirname, '../..');
export const modelsFolder = join(root, 'models');
export const bundledModel = join(modelsFolder, 'smollm2-135m-instruct');
export const samples = join(root, 'media/samples');
