import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ModelError } from '../core/model';

const schema = z.object({
  format: z.literal('persona-lens-profile'),
  version: z.literal(1),
  model: z.object({ name: z.string(), sha256: z.string() }),
  hookPoint: z.string(),
  medianNorm: z.number().positive(),
});

const names = { profile: 'profile.json', card: 'default.persona.json', rows: 'ordinary.jsonl', vectors: 'ordinary.parquet', pushes: 'ordinary.push.parquet' } as const;

/** What was made once for a model that came without it: where to read, its default card, its reference rows. */
export interface ModelProfile {
  name: string;
  hookPoint: string;
  medianNorm: number;
  card: string;
  reference: { rows: string; vectors: string; pushes: string };
}

/** Where the files of a model's profile lie. */
export function profileFiles(profiles: string, modelHash: string): Record<keyof typeof names, string> & { folder: string } {
  const folder = join(profiles, modelHash.slice(0, 16));
  const inFolder = (name: keyof typeof names) => join(folder, names[name]);
  return { folder, profile: inFolder('profile'), card: inFolder('card'), rows: inFolder('rows'), vectors: inFolder('vectors'), pushes: inFolder('pushes') };
}

/** The text of a profile.json. */
export function profileText(modelHash: string, { name, hookPoint, medianNorm }: Pick<ModelProfile, 'name' | 'hookPoint' | 'medianNorm'>): string {
  return `${JSON.stringify({ format: 'persona-lens-profile', version: 1, model: { name, sha256: modelHash }, hookPoint, medianNorm } satisfies z.infer<typeof schema>, null, 1)}\n`;
}

/**
 * The profile of a model; null where none was made.
 * @throws ModelError `bad-config` for one that cannot be read
 */
export async function readProfile(profiles: string, modelHash: string): Promise<ModelProfile | null> {
  const { profile: file, card, rows, vectors, pushes } = profileFiles(profiles, modelHash);
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const bad = (what: string, options?: ErrorOptions) => new ModelError('bad-config', `${file} ${what}. Delete its folder, and make the default card again: persona-lens card default --model DIR.`, options);
  try {
    const { model, hookPoint, medianNorm } = schema.parse(JSON.parse(text));
    if (model.sha256 !== modelHash) throw bad('is of another model');
    return { name: model.name, hookPoint, medianNorm, card, reference: { rows, vectors, pushes } };
  } catch (error) {
    throw error instanceof ModelError ? error : bad('is not a profile of this version', { cause: error });
  }
}
