export function makeTinyModel(folder: string, name?: string): string;
