import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UsageError } from './usage';

/**
 * Inputs are never written to.
 * @param outputs paths by the option that names them
 * @throws UsageError
 */
export async function refuseOverwriting(outputs: Record<string, string | undefined>, inputs: readonly (string | null | undefined)[]): Promise<void> {
  const real = (path: string) => realpath(path).catch(() => resolve(path));
  const read = new Set(await Promise.all(inputs.filter((path) => path !== null && path !== undefined).map(real)));
  for (const [name, path] of Object.entries(outputs)) {
    if (path !== undefined && read.has(await real(path))) throw new UsageError(`${name} ${path} is one of the files that are read, and inputs are never overwritten. Give another name.`);
  }
}
