import { join } from 'node:path';

/** The model that comes with the product. */
export const bundledModelFolder = (modelsFolder: string): string => join(modelsFolder, 'smollm2-135m-instruct');
