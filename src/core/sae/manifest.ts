import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { listedFiles, verifyFiles } from '../tensors';
import { parseJson } from './json';

const schema = z.object({
  format: z.literal('persona-lens-sae'),
  version: z.literal(1),
  model: z.string(),
  files: listedFiles,
  measured: z.object({ selfCheck: z.object({ l0: z.number().positive(), fvu: z.number().positive() }).optional() }),
});

/** What stands beside a packaged SAE. */
export type SaeManifest = z.infer<typeof schema>;

/**
 * Reads the manifest of an SAE's folder and checks the files that it lists; null where there is none, as in what SAELens saves.
 * @throws SaeError `bad-config`, TensorFileError
 */
export async function verifiedManifest(folder: string): Promise<SaeManifest | null> {
  const file = join(folder, 'manifest.json');
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const manifest = parseJson(text, schema, file, "an SAE's manifest of this version");
  await verifyFiles(folder, manifest.files, 'SAE');
  return manifest;
}
