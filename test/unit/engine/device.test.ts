import { describe, expect, test } from 'vitest';
import { chooseDevice } from '../../../src/engine/device';
import { EngineError } from '../../../src/engine/errors';
import type { ProbeResult } from '../../../src/engine/probe/result';
import { refusal } from '../../support/folder';

const passed = (webgpu: number, changes: object = {}): ProbeResult => ({
  ok: true,
  attention: 'fused',
  error: 1e-6,
  timing: { milliseconds: { cpu: 100, webgpu }, tokens: 512 },
  drivers: ['libvulkan_radeon.so'],
  software: false,
  ...changes,
});
const software = passed(0, { timing: null, drivers: ['libvk_swiftshader.so'], software: true, attention: 'plain' });
const failed: ProbeResult = { ok: false, reason: 'Failed to get a WebGPU adapter: No supported adapters' };
const given = (result: ProbeResult) => () => Promise.resolve(result);

describe('auto', () => {
  test('takes the GPU where it is right and no slower, and says by how much', async () => {
    expect(await chooseDevice('auto', given(passed(20)))).toEqual({ device: 'webgpu', reason: 'WebGPU was 5.0 times as fast as the CPU in a check of 512 tokens', plainAttention: false });
    expect((await chooseDevice('auto', given(passed(100)))).device).toBe('webgpu');
  });

  test('takes the CPU, and says why, where the GPU is slower, software or not there', async () => {
    expect(await chooseDevice('auto', given(passed(1200)))).toEqual({ device: 'cpu', reason: 'WebGPU was 12 times slower than the CPU in a check of 512 tokens', plainAttention: false });
    expect(await chooseDevice('auto', given(software))).toEqual({ device: 'cpu', reason: 'the WebGPU adapter is software: libvk_swiftshader.so', plainAttention: false });
    expect(await chooseDevice('auto', given(failed))).toEqual({ device: 'cpu', reason: 'WebGPU does not work here: Failed to get a WebGPU adapter: No supported adapters', plainAttention: false });
  });
});

describe('webgpu', () => {
  test('is taken whatever its speed, with the form of attention that it computes right', async () => {
    expect(await chooseDevice('webgpu', given(passed(1200)))).toMatchObject({ device: 'webgpu', reason: expect.stringContaining('12 times slower') as string });
    expect(await chooseDevice('webgpu', given(software))).toEqual({ device: 'webgpu', reason: 'the WebGPU adapter is software: libvk_swiftshader.so', plainAttention: true });
  });

  test('is an error with the reason and what to do where it does not work', async () => {
    const error = await refusal(chooseDevice('webgpu', given(failed)), EngineError);
    expect(error.reason).toBe('device-unavailable');
    expect(error.message).toMatch(/^The model cannot run on WebGPU: Failed to get a WebGPU adapter: No supported adapters\. Install .*driver.*--device cpu.*personaLens\.engine\.device/);
  });
});

test('cpu asks nothing', async () => {
  const probe = () => Promise.reject(new Error('asked'));
  expect(await chooseDevice('cpu', probe)).toEqual({ device: 'cpu', reason: null, plainAttention: false });
});
