import { copyFileSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cachedModels, hubCacheFolder } from '../../../src/audit/models/hubCache';
import { listModels } from '../../../src/audit/models/listModels';
import { folderWith } from '../../support/folder';
import { golden } from '../../support/golden';
import { bundledModel } from '../../support/paths';

describe('hubCacheFolder', () => {
  test.each([
    [{ HF_HUB_CACHE: '/a', HF_HOME: '/b' }, '/a'],
    [{ HUGGINGFACE_HUB_CACHE: '/a', HF_HOME: '/b' }, '/a'],
    [{ HF_HOME: '/b', XDG_CACHE_HOME: '/c' }, '/b/hub'],
    [{ XDG_CACHE_HOME: '/c' }, '/c/huggingface/hub'],
    [{}, join(homedir(), '.cache/huggingface/hub')],
  ])('%j: %s', (env, expected) => {
    expect(hubCacheFolder(env)).toBe(expected);
  });
});

/** A cache as the libraries lay it out: files are links into blobs. */
function cacheOf(repositories: Record<string, { snapshots: Record<string, string | null>; main?: string }>): string {
  const cache = folderWith({ 'version.txt': '1' });
  mkdirSync(join(cache, 'datasets--org--data/snapshots/abc'), { recursive: true });
  for (const [name, { snapshots, main }] of Object.entries(repositories)) {
    for (const part of ['blobs', 'refs']) mkdirSync(join(cache, name, part), { recursive: true });
    if (main !== undefined) writeFileSync(join(cache, name, 'refs/main'), main);
    Object.entries(snapshots).forEach(([commit, model], i) => {
      const snapshot = join(cache, name, 'snapshots', commit);
      mkdirSync(snapshot, { recursive: true });
      for (const file of model === null ? [] : readdirSync(join(golden, 'models', model))) {
        copyFileSync(join(golden, 'models', model!, file), join(cache, name, 'blobs', `${commit}-${file}`));
        symlinkSync(join('../../blobs', `${commit}-${file}`), join(snapshot, file));
      }
      utimesSync(snapshot, 1000 + i, 1000 + i);
    });
  }
  return cache;
}

test('of each repository the snapshot that main names, or the newest; what is no model repository is passed over', async () => {
  const cache = cacheOf({
    'models--a--one': { snapshots: { old: 'llama', new: 'llama' }, main: 'old\n' },
    'models--b--two': { snapshots: { old: 'llama', new: 'llama' } },
    'models--c--empty': { snapshots: {} },
  });
  expect(await cachedModels(cache)).toEqual([join(cache, 'models--a--one/snapshots/old'), join(cache, 'models--b--two/snapshots/new')]);
  expect(await cachedModels(join(cache, 'none'))).toEqual([]);
});

test('models are listed with architecture and bytes, those that cannot be used with the reason, none twice', async () => {
  const cache = cacheOf({ 'models--org--tiny': { snapshots: { c: 'gemma2' } }, 'models--org--bert': { snapshots: { c: null } } });
  const bert = join(cache, 'models--org--bert/snapshots/c');
  writeFileSync(join(bert, 'config.json'), '{"model_type": "bert"}');
  const recent = join(golden, 'models/llama_bf16');
  const listed = await listModels({ folders: [recent, join(cache, 'models--org--tiny/snapshots/c'), recent], cache: true }, bundledModel, cache);
  expect(listed).toEqual([
    { folder: null, name: 'smollm2-135m-instruct', source: 'bundled', architecture: 'llama', bytes: expect.any(Number) as number, problem: null },
    { folder: recent, name: 'llama_bf16', source: 'folder', architecture: 'llama', bytes: 2 * 101_808, problem: null },
    { folder: bert, name: 'org/bert', source: 'cache', architecture: null, bytes: null, problem: expect.stringContaining('model_type "bert" is not supported') as string },
    { folder: join(cache, 'models--org--tiny/snapshots/c'), name: 'org/tiny', source: 'cache', architecture: 'gemma2', bytes: expect.any(Number) as number, problem: null },
  ]);
  expect(await listModels({ folders: [], cache: false }, bundledModel, cache)).toHaveLength(1);
});
