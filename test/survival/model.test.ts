import { copyFileSync, cpSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { VectorKey } from '../../src/core/types';
import type { AuditEvent } from '../../src/protocol';
import { readPushesFile, readVectorsFile, writePushesFile, writeVectorsFile } from '../../src/store';
import { modelsFolder } from '../support/paths';
import { floats, safetensors } from '../support/safetensors';
import { type Place, audit, cli, rows, small, start, survives } from './support';

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

/** A model that must be refused, by the engine and by the command line, which ends with 2: the message, and not one row shown. */
const refused = (title: string, options: { quick?: boolean; own?: string[]; card?: (place: Place) => string }, damage: (model: string, place: Place) => unknown, says: RegExp): void =>
  survives(title, options, async (place) => {
    const path = place.write('data.jsonl', rows(2).join('\n'));
    const model = modelCopy(place, options.own ?? []);
    await damage(model, place);
    const card = options.card?.(place) ?? null;
    const events: AuditEvent[] = [];
    const failure = await audit(place.client(), { path, settings: small({ model, card }) }, (event) => events.push(event)).catch((error: Error) => error);
    expect(failure).toMatchObject({ message: expect.stringMatching(says) as string, reason: expect.any(String) as string });
    expect(events.filter(({ type }) => type === 'rows' || type === 'summary')).toEqual([]);
    const line = await start([cli, 'audit', path, '--model', model, ...(card ? ['--card', card] : []), '--no-cache', '--device', 'cpu', '--quiet']).ended;
    expect(line).toEqual({ code: 2, out: '', err: `persona-lens: ${(failure as Error).message}\n` });
    return { shown: (failure as Error).message, lost: 0 };
  });

const change = (file: string, edit: (bytes: Buffer) => void): void => {
  const bytes = readFileSync(file);
  edit(bytes);
  writeFileSync(file, bytes);
};

const changeJson = <T>(file: string, edit: (json: T) => void): void => {
  const json = JSON.parse(readFileSync(file, 'utf8')) as T;
  edit(json);
  writeFileSync(file, JSON.stringify(json));
};

/** Makes a folder's manifest agree with its files, as whoever packed it would have. */
const agree = (folder: string): void =>
  changeJson<{ files: { path: string; bytes: number; sha256: string }[] }>(join(folder, 'manifest.json'), ({ files }) => {
    for (const file of files) {
      const bytes = readFileSync(join(folder, file.path));
      Object.assign(file, { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') });
    }
  });

/** The bytes of a tensor in those of its file. */
function tensorIn(bytes: Buffer, name: string): Buffer {
  const header = Number(bytes.readBigUInt64LE(0));
  const tensors = JSON.parse(bytes.subarray(8, 8 + header).toString()) as Record<string, { data_offsets: [number, number] }>;
  const [start, end] = tensors[name]!.data_offsets;
  return bytes.subarray(8 + header + start, 8 + header + end);
}

/** Turns the order of equal pieces of a buffer round. */
function turnRound(bytes: Buffer, size: number): void {
  const pieces = Array.from({ length: bytes.length / size }, (_, i) => Buffer.from(bytes.subarray(i * size, (i + 1) * size)));
  Buffer.concat(pieces.reverse()).copy(bytes);
}

const saeFolder = (model: string): string => join(model, '../saes/smollm2-135m-l15');
const saeWeights = (model: string): string => join(saeFolder(model), 'sae_weights.safetensors');
/** As SAELens saves one: nothing says what its files hold. */
const withoutManifest = (model: string): void => rmSync(join(saeFolder(model), 'manifest.json'));

refused('a model without one of its shards', {}, (model) => rmSync(join(model, shard)), new RegExp(`${shard} is missing\\. Restore the model's folder`));
refused('a model whose shard is truncated', { own: [shard] }, (model) => truncateSync(join(model, shard), 1_000_000), new RegExp(`${shard} is damaged: its size or SHA-256 differs from manifest\\.json`));
refused('a model whose shard has one bit changed', { quick: true, own: [shard] }, (model) => change(join(model, shard), (bytes) => (bytes[bytes.length - 1]! ^= 1)), new RegExp(`${shard} is damaged`));
refused(
  'a model with weights that are no numbers',
  { own: ['model-00001-of-00002.safetensors', 'manifest.json'] },
  (model) => {
    change(join(model, 'model-00001-of-00002.safetensors'), (bytes) => tensorIn(bytes, 'model.layers.0.input_layernorm.weight').fill(0xff));
    agree(model);
  },
  /does not compute what its reference does \(cosine NaN\)/,
);

refused('an SAE whose file is truncated', {}, (model) => truncateSync(saeWeights(model), 100_000), /sae_weights\.safetensors is damaged: its size or SHA-256 differs from manifest\.json\. Restore the SAE's folder/);
refused(
  'an SAE whose file is truncated, without a manifest',
  {},
  (model) => {
    withoutManifest(model);
    truncateSync(saeWeights(model), 100_000);
  },
  /sae_weights\.safetensors: tensor .* The file is damaged or incomplete: wait where it is still being written, otherwise fetch it again/,
);
refused(
  'an SAE of another width',
  {},
  (model) => {
    withoutManifest(model);
    changeJson<object>(join(saeFolder(model), 'cfg.json'), (cfg) => Object.assign(cfg, { d_in: 768, d_sae: 4, k: 2 }));
    const zeros = (...shape: number[]) => floats(shape, new Float32Array(shape.reduce((a, b) => a * b)));
    writeFileSync(saeWeights(model), safetensors({ W_enc: zeros(768, 4), b_enc: zeros(4), W_dec: zeros(4, 768), b_dec: zeros(768) }));
  },
  /The SAE in .*smollm2-135m-l15 reads vectors of width 768, and SmolLM2-135M-Instruct has 576\. Name an SAE for this model in .*manifest\.json/,
);
refused(
  'an SAE of the same width for another model, which it names',
  { quick: true },
  (model) => {
    withoutManifest(model);
    changeJson<{ metadata: object }>(join(saeFolder(model), 'cfg.json'), ({ metadata }) => Object.assign(metadata, { model_name: 'EleutherAI/pythia-160m' }));
  },
  /The SAE in .*smollm2-135m-l15 was made for the model EleutherAI\/pythia-160m, and this is SmolLM2-135M-Instruct.*Name an SAE for this model in .*manifest\.json/,
);

/** Another model's residual stream has other meanings in its places: here the same ones, the other way round. */
const madeForAnother = (model: string): void =>
  change(saeWeights(model), (bytes) => {
    turnRound(tensorIn(bytes, 'W_enc'), 2 * 4608);
    turnRound(tensorIn(bytes, 'b_dec'), 4);
    turnRound(tensorIn(bytes, 'W_dec'), 2);
    turnRound(tensorIn(bytes, 'W_dec'), 2 * 576);
  });
refused(
  'an SAE of the same width for another model, under this one\'s name',
  { quick: true },
  (model) => {
    madeForAnother(model);
    agree(saeFolder(model));
  },
  /The SAE in .*smollm2-135m-l15 does not fit SmolLM2-135M-Instruct: on its check text L0 is 32\.0 and 3\.08 of the variance is left unexplained, and its manifest\.json states that L0 is 32\.0 and 0\.23 of the variance is left unexplained\./,
);
refused(
  'an SAE of the same width for another model, which says nothing',
  {},
  (model) => {
    withoutManifest(model);
    changeJson<{ metadata: object }>(join(saeFolder(model), 'cfg.json'), ({ metadata }) => Object.assign(metadata, { model_name: undefined }));
    madeForAnother(model);
  },
  /3\.08 of the variance is left unexplained, and an SAE for this model leaves less than the 1\.00 that the mean alone leaves\./,
);
refused(
  'an SAE whose configuration states another k',
  {},
  (model) => {
    changeJson<object>(join(saeFolder(model), 'cfg.json'), (cfg) => Object.assign(cfg, { k: 64 }));
    agree(saeFolder(model));
  },
  /on its check text L0 is 64\.0 .* states that L0 is 32\.0 .* cfg\.json does not say how it was trained/,
);

refused(
  'a card for another model',
  {
    card: (place) => {
      const card = JSON.parse(readFileSync(join(modelsFolder, `cards/${name}.persona.json`), 'utf8')) as { model: { name: string; sha256: string } };
      card.model = { name: 'Another-7B', sha256: '0'.repeat(64) };
      return place.write('other.persona.json', JSON.stringify(card));
    },
  },
  () => undefined,
  /other\.persona\.json: the card .* belongs to the model Another-7B .*use a card made for this one/,
);
for (const [what, file] of [['a reference set', `${name}.parquet`], ['push vectors of a reference set', `${name}.push.parquet`]] as const)
  refused(
    `${what} for another model`,
    {},
    async (model) => {
      const path = join(model, '../reference', file);
      const other = <T extends { key: VectorKey }>(read: T): T => ({ ...read, key: { ...read.key, model: '0'.repeat(64) } });
      if (file.includes('push')) {
        const { key, rows: pushes } = other(await readPushesFile(path));
        await writePushesFile(path, key, pushes);
      } else {
        const { key, rows: vectors } = other(await readVectorsFile(path));
        await writeVectorsFile(path, key, vectors);
      }
    },
    new RegExp(`${file.replaceAll('.', '\\.')} holds reference rows of another model \\(weights 000000000000; .*Name this model's reference set in .*manifest\\.json`),
  );
