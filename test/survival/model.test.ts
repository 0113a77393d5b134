import { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { AuditEvent } from '../../src/protocol';
import { modelsFolder } from '../support/paths';
import { type Place, audit, rows, small, survives } from './support';

const name = 'smollm2-135m-instruct';
const shard = 'model-00002-of-00002.safetensors';

/** The bundled models with what is to be damaged as a copy; the rest is linked. */
function modelCopy(place: Place, own: string[]): string {
  const models = place.at('models');
  mkdirSync(join(models, name), { recursive: true });
  for (const folder of readdirSync(modelsFolder)) if (folder !== name) cpSync(join(modelsFolder, folder), join(models, folder), { recursive: true, filter: (path) => !path.includes('recipe') });
  for (const file of readdirSync(join(modelsFolder, name))) {
    const [from, to] = [join(modelsFolder, name, file), join(models, name, file)];
    if (own.includes(file)) copyFileSync(from, to);
    else symlinkSync(from, to);
  }
  return join(models, name);
}

/** A model that must be refused: the message, and not one row shown. */
const refused = (title: string, options: { quick?: boolean; own: string[]; card?: (place: Place) => string }, damage: (model: string, place: Place) => void, says: RegExp): void =>
  survives(title, options, async (place) => {
    const path = place.write('data.jsonl', rows(2).join('\n'));
    const model = modelCopy(place, options.own);
    damage(model, place);
    const events: AuditEvent[] = [];
    const failure = await audit(place.client(), { path, settings: small({ model, card: options.card?.(place) ?? null }) }, (event) => events.push(event)).catch((error: Error) => error);
    expect(failure).toMatchObject({ message: expect.stringMatching(says) as string, reason: expect.any(String) as string });
    expect(events.filter(({ type }) => type === 'rows' || type === 'summary')).toEqual([]);
    return { shown: (failure as Error).message, lost: 0 };
  });

const change = (file: string, edit: (bytes: Buffer) => void): void => {
  const bytes = readFileSync(file);
  edit(bytes);
  writeFileSync(file, bytes);
};

refused('a model without one of its shards', { own: [] }, (model) => rmSync(join(model, shard)), new RegExp(`${shard} is missing\\. Restore the model's folder`));
refused('a model whose shard is truncated', { own: [shard] }, (model) => truncateSync(join(model, shard), 1_000_000), new RegExp(`${shard} is damaged: its size or SHA-256 differs from manifest\\.json`));
refused('a model whose shard has one bit changed', { quick: true, own: [shard] }, (model) => change(join(model, shard), (bytes) => (bytes[bytes.length - 1]! ^= 1)), new RegExp(`${shard} is damaged`));
refused(
  'a model with weights that are no numbers',
  { own: ['model-00001-of-00002.safetensors', 'manifest.json'] },
  (model) => {
    const file = join(model, 'model-00001-of-00002.safetensors');
    change(file, (bytes) => {
      const header = Number(bytes.readBigUInt64LE(0));
      const tensors = JSON.parse(bytes.subarray(8, 8 + header).toString()) as Record<string, { data_offsets: [number, number] }>;
      const [start, end] = tensors['model.layers.0.input_layernorm.weight']!.data_offsets;
      bytes.fill(0xff, 8 + header + start, 8 + header + end);
    });
    const manifest = JSON.parse(readFileSync(join(model, 'manifest.json'), 'utf8')) as { files: { path: string; sha256: string }[] };
    manifest.files.find(({ path }) => file.endsWith(path))!.sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    writeFileSync(join(model, 'manifest.json'), JSON.stringify(manifest));
  },
  /does not compute what its reference does \(cosine NaN\)/,
);
refused(
  'an SAE for another model',
  { quick: true, own: [] },
  (model) => change(join(model, '../saes/smollm2-135m-l15/cfg.json'), (bytes) => bytes.write('768', bytes.indexOf('"d_in": 576') + 8)),
  /sae_weights\.safetensors: .* cfg\.json asks for \[768|reads vectors of width 768, and .* has 576/,
);
refused('an SAE whose file is truncated', { own: [] }, (model) => truncateSync(join(model, '../saes/smollm2-135m-l15/sae_weights.safetensors'), 100_000), /sae_weights\.safetensors/);
refused(
  'a card for another model',
  {
    own: [],
    card: (place) => {
      const card = JSON.parse(readFileSync(join(modelsFolder, `cards/${name}.persona.json`), 'utf8')) as { model: { name: string; sha256: string } };
      card.model = { name: 'Another-7B', sha256: '0'.repeat(64) };
      return place.write('other.persona.json', JSON.stringify(card));
    },
  },
  () => undefined,
  /Another-7B/,
);
