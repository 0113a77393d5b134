import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Logger } from '../../../src/base/logger';
import type { VectorKey } from '../../../src/core/types';
import { keyFolderName } from '../../../src/store/keyFolder';

export * from './rows';

const made: string[] = [];
afterEach(async () => {
  await Promise.all(made.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'persona-lens-store-'));
  made.push(folder);
  return folder;
}

export function recordingLogger(): Logger & { warnings: string[] } {
  const warnings: string[] = [];
  return { warnings, debug() {}, info() {}, warn: (message) => void warnings.push(message), error: (message) => void warnings.push(message) };
}

export const segmentFiles = async (folder: string, key: VectorKey): Promise<string[]> =>
  (await readdir(join(folder, keyFolderName(key)))).filter((file) => file.endsWith('.parquet')).sort();
