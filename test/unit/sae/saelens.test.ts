import { readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { sha256 } from '../../../src/base/hash';
import { SaeError, readSaelens } from '../../../src/core/sae';
import { TensorFileError } from '../../../src/core/tensors';
import { folderWith, refusal } from '../../support/folder';
import { golden, goldenJson } from '../../support/golden';
import { modelsFolder } from '../../support/paths';
import { floats, safetensors } from '../../support/safetensors';
import { cfg, saeFolder, weights, weightsFile } from './support';

const refused = (folder: string) => refusal(readSaelens(folder), SaeError);

describe('readSaelens', () => {
  test('reads rule, shapes and hook point', async () => {
    const folder = saeFolder({}, weights, { 'names.json': '{"3": "villain"}' });
    expect(await readSaelens(folder)).toMatchObject({
      sha256: sha256(readFileSync(weightsFile(folder))),
      hookPoint: 'blocks.0.hook_resid_post',
      dIn: 2,
      latents: 4,
      rule: { kind: 'topk', k: 2 },
      subtractDecoderBias: true,
      encoder: { shape: [2, 4], bytes: { file: weightsFile(folder) } },
      decoder: { shape: [4, 2] },
      names: new Map([[3, 'villain']]),
    });
    expect((await readSaelens(saeFolder({ apply_b_dec_to_input: false }))).subtractDecoderBias).toBe(false);
  });

  test('the model that it was made for, by its files, and what its manifest states of the fit', async () => {
    expect(await readSaelens(saeFolder())).toMatchObject({ madeFor: [], stated: null });
    const named = { metadata: { ...cfg.metadata, model_name: 'owner/Tiny' } };
    const manifest = (changes: object = {}) => JSON.stringify({ format: 'persona-lens-sae', version: 1, model: 'Tiny', files: [], measured: { selfCheck: { tokens: 9, l0: 2, fvu: 0.3 } }, ...changes });
    const folder = saeFolder(named, weights, { 'manifest.json': manifest() });
    expect(await readSaelens(folder)).toMatchObject({ folder, madeFor: ['owner/Tiny', 'Tiny'], stated: { l0: 2, fvu: 0.3 } });
    expect((await refused(saeFolder({}, weights, { 'manifest.json': manifest({ version: 2 }) }))).message).toMatch(/manifest\.json is not an SAE's manifest of this version/);
    const listed = { files: [{ path: 'sae_weights.safetensors', bytes: 1, sha256: '0'.repeat(64) }] };
    expect(await refusal(readSaelens(saeFolder({}, weights, { 'manifest.json': manifest(listed) })), TensorFileError)).toMatchObject({ reason: 'damaged', message: expect.stringMatching(/sae_weights\.safetensors is damaged.*Restore the SAE's folder/) as string });
  });

  test('the bundled SAE', async () => {
    const sae = await readSaelens(join(modelsFolder, 'saes/smollm2-135m-l15'));
    expect(sae).toMatchObject({ name: 'smollm2-135m-l15', dIn: 576, latents: 4608, rule: { kind: 'topk', k: 32 }, subtractDecoderBias: true, madeFor: ['SmolLM2-135M-Instruct', 'SmolLM2-135M-Instruct'], stated: { l0: 32 } });
  });

  test.each<[object, string, RegExp]>([
    [{ architecture: 'jumprelu' }, 'unknown-rule', /architecture "jumprelu" is not supported yet/],
    [{ normalize_activations: 'layer_norm' }, 'unknown-rule', /normalisation "layer_norm"/],
    [{ rescale_acts_by_decoder_norm: true }, 'unknown-rule', /decoder norms/],
    [{ k: undefined }, 'bad-config', /without k/],
    [{ k: 5 }, 'bad-config', /k is 5, and there are 4 latents/],
    [{ k: 2.5 }, 'bad-config', /: k: /],
    [{ d_in: undefined }, 'bad-config', /: d_in: /],
    [{ d_sae: -4 }, 'bad-config', /: d_sae: /],
    [{ metadata: {} }, 'bad-config', /: metadata\.hook_name: /],
    [{ d_in: 3 }, 'bad-weights', /W_enc is \[2, 4\], and cfg\.json asks for \[3, 4\]/],
    [{ d_sae: 8 }, 'bad-weights', /W_enc is \[2, 4\], and cfg\.json asks for \[2, 8\]/],
  ])('cfg.json with %j is refused with what is wrong', async (changes, reason, message) => {
    const error = await refused(saeFolder(changes));
    expect(error.reason).toBe(reason);
    expect(error.message).toMatch(message);
    expect(error.message).toMatch(/cfg\.json/);
  });

  test('a transposed, missing, foreign or whole-number tensor is refused by name', async () => {
    const withTensors = (tensors: typeof weights) => refused(saeFolder({}, tensors));
    expect((await withTensors({ ...weights, W_dec: floats([2, 4], [1, 2, 3, 4, 5, 6, 7, 8]) })).message).toContain('W_dec is [2, 4], and cfg.json asks for [4, 2]');
    expect((await withTensors({ W_enc: weights['W_enc']!, b_enc: weights['b_enc']!, W_dec: weights['W_dec']! })).message).toContain('b_dec is missing');
    expect((await withTensors({ ...weights, threshold: floats([4], [1, 1, 1, 1]) })).message).toContain('holds threshold, which is no part of a topk SAE');
    expect((await withTensors({ ...weights, b_enc: { dtype: 'I32', shape: [4], data: new Uint8Array(16) } })).message).toContain('b_enc is of type int32');
  });

  test('files that are missing or no JSON are refused by name', async () => {
    expect((await refused(folderWith())).message).toContain('cfg.json is missing');
    for (const text of ['{', 'null', '[]']) expect((await refused(folderWith({ 'cfg.json': text }))).message).toContain('cfg.json is not a SAELens configuration');
    for (const text of ['{', '{"three": "villain"}', '{"3": 4}', 'null']) {
      const error = await refused(saeFolder({}, weights, { 'names.json': text }));
      expect(error).toMatchObject({ reason: 'bad-config', message: expect.stringContaining('names.json is not a list of latent names') as string });
    }
    const folder = saeFolder();
    unlinkSync(weightsFile(folder));
    expect((await refusal(readSaelens(folder), TensorFileError)).message).toContain('sae_weights.safetensors is missing');
    expect((await refusal(readSaelens(folderWith({ 'cfg.json': JSON.stringify(cfg), 'sae_weights.safetensors': safetensors(weights).subarray(0, 300) })), TensorFileError)).reason).toBe('damaged');
  });
});

describe('the golden SAEs', () => {
  const broken = () => goldenJson<{ cases: { folder: string; must: string }[] }>('broken/saes/index.json').cases;
  /** Readable and wrong: only L0 and the variance left unexplained give these away, which a reader of files does not see. */
  const mislabelled = ['topk_cfg_on_relu', 'topk_wrong_k', 'bdec_flag_flipped_topk', 'rescale_flag_missing'];

  test('what config and shapes can tell is refused', async () => {
    const refusedCases = broken().filter(({ folder }) => !mislabelled.includes(folder));
    expect(refusedCases.filter(({ must }) => must.startsWith('refuse'))).toHaveLength(broken().filter(({ must }) => must.startsWith('refuse')).length);
    for (const { folder } of refusedCases) expect((await refused(join(golden, 'broken/saes', folder))).message, folder).toContain(folder);
  });

  test.each([
    ['topk_k_missing', /without k/],
    ['topk_k_too_large', /k is \d+, and there are 128 latents/],
    ['cfg_without_architecture', /: architecture: /],
    ['unknown_architecture', /architecture "mystery"/],
    ['jumprelu_without_threshold', /architecture "jumprelu"/],
  ])('%s: the message says what is wrong', async (folder, message) => {
    expect((await refused(join(golden, 'broken/saes', folder))).message).toMatch(message);
  });

  test.each(['abstopk', 'batchtopk', 'batchtopk_training_form', 'gated_none_bdec', 'jumprelu_none_bdec', 'matryoshka_batchtopk', 'standard_none_bdec', 'topk_layer_norm_bdec', 'topk_constant_norm_rescale_nobdec', 'topk_rescale_acts'])('rules that are not known are refused by name: %s', async (name) => {
    const error = await refused(join(golden, 'saes/saelens', name));
    expect(error.reason).toMatch(/unknown-rule|bad-config/);
    expect(error.message).toMatch(/not supported yet|not a SAELens configuration/);
  });

  test.each(['old_jumprelu', 'old_standard_boolean_norm', 'old_standard_no_bdec_key', 'old_topk'])('layouts before version 6 are refused: %s', async (name) => {
    expect((await refused(join(golden, 'saes/saelens_old', name))).message).toContain('is not a SAELens configuration of version 6 or later');
  });
});
