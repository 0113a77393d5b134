import { readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/base/hash';
import { ModelError, type ModelManifest, modelHash, readManifest, verifyManifest } from '../../../src/core/model';
import { TensorFileError } from '../../../src/core/tensors';
import { folderWith, refusal } from '../../support/folder';
import { bundledModel } from '../../support/paths';

const contents = { 'model.safetensors': 'weights', 'config.json': '{}', 'chat_template.jinja': 'x', LICENSE: 'free' };
const manifestOf = (files: Record<string, string>): ModelManifest => ({
  format: 'persona-lens-model',
  version: 1,
  name: 'Tiny',
  precision: 'fp32',
  captureSet: ['blocks.0.hook_resid_post'],
  residualMedianNorm: { 'blocks.0.hook_resid_post': 3 },
  sae: [],
  files: Object.entries(files).map(([path, text]) => ({ path, bytes: text.length, sha256: sha256(text) })),
});
const packaged = (manifest: object = manifestOf(contents)) => folderWith({ ...contents, 'manifest.json': JSON.stringify(manifest) });
const verify = async (folder: string) => verifyManifest(folder, await readManifest(folder));

describe('the manifest of a packaged model', () => {
  test('files as listed give the model\'s hash', async () => {
    const folder = packaged();
    expect(await verify(folder)).toBe(modelHash(manifestOf(contents)));
  });

  test('the bundled model\'s manifest is read, and every file that it lists is there', async () => {
    const manifest = await readManifest(bundledModel);
    expect(manifest).toMatchObject({ name: 'SmolLM2-135M-Instruct', captureSet: ['blocks.15.hook_resid_post'] });
    expect(manifest.files.map(({ path }) => path)).toContain('selfcheck.json');
    for (const { path, bytes } of manifest.files) expect(readFileSync(join(bundledModel, path)).length, path).toBe(bytes);
  });

  test('the hash changes with what decides the numbers, not with the order or the licence', () => {
    const hash = (files: Record<string, string>) => modelHash(manifestOf(files));
    expect(hash({ ...contents, LICENSE: 'other' })).toBe(hash(contents));
    expect(modelHash({ ...manifestOf(contents), files: manifestOf(contents).files.reverse() })).toBe(hash(contents));
    for (const name of ['model.safetensors', 'config.json', 'chat_template.jinja']) expect(hash({ ...contents, [name]: 'changed' }), name).not.toBe(hash(contents));
  });

  test('a missing file is named', async () => {
    const folder = packaged();
    unlinkSync(join(folder, 'config.json'));
    expect(await refusal(verify(folder), TensorFileError)).toMatchObject({ reason: 'not-found', message: expect.stringContaining('config.json is missing') as string });
  });

  test.each([['of the same length', 'Weights'], ['cut short', 'weight'], ['grown', 'weights ']])('a changed file (%s) is named', async (_, text) => {
    const folder = packaged();
    writeFileSync(join(folder, 'model.safetensors'), text);
    expect(await refusal(verify(folder), TensorFileError)).toMatchObject({ reason: 'damaged', message: expect.stringContaining('model.safetensors is damaged') as string });
  });

  test.each(['../secret', '/etc/hostname', 'sub/file', '..'])('a path that leaves the folder is refused: %s', async (path) => {
    const manifest = { ...manifestOf({}), files: [{ path, bytes: 1, sha256: '0'.repeat(64) }] };
    expect(await refusal(verify(packaged(manifest)), TensorFileError)).toMatchObject({ reason: 'outside', message: expect.stringContaining(`"${path}"`) as string });
  });

  test('no manifest, or one of another kind, is refused by its file', async () => {
    expect(await refusal(readManifest(folderWith()), ModelError)).toMatchObject({ reason: 'not-found', message: expect.stringContaining('manifest.json') as string });
    for (const text of ['{', 'null', JSON.stringify({ ...manifestOf(contents), version: 2 }), JSON.stringify({ ...manifestOf(contents), captureSet: [] })]) {
      const error = await refusal(readManifest(folderWith({ 'manifest.json': text })), ModelError);
      expect(error).toMatchObject({ reason: 'bad-config', message: expect.stringContaining('manifest.json') as string });
    }
  });
});
