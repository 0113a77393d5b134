import type { DeviceSetting } from '../core/types';
import { EngineError } from './errors';
import type { ProbeResult, Timing } from './probe/result';

/** Where sessions run, in onnxruntime's names. */
export type Device = 'cpu' | 'webgpu';

/** As the device is shown and stands in keys. */
export const deviceNames: Record<Device, string> = { cpu: 'CPU', webgpu: 'WebGPU' };

export interface DeviceChoice {
  device: Device;
  /** Why it is this one; null where it was asked for and there is nothing to say. */
  reason: string | null;
  /** The adapter computes the fused attention operator wrong and the plain one right. */
  plainAttention: boolean;
}

export const onCpu = (reason: string | null): DeviceChoice => ({ device: 'cpu', reason, plainAttention: false });

/**
 * The device that a setting stands for on this machine. `auto` takes WebGPU where the probe passes, the adapter is not
 * a program that plays a GPU, and it took no longer than the processor for the same batch.
 * @throws EngineError `device-unavailable` where WebGPU was asked for and does not work
 */
export async function chooseDevice(setting: DeviceSetting, probe: () => Promise<ProbeResult>): Promise<DeviceChoice> {
  if (setting === 'cpu') return onCpu(null);
  const result = await probe();
  if (!result.ok) {
    if (setting === 'webgpu') throw unavailable(result.reason);
    return onCpu(`WebGPU does not work here: ${result.reason}`);
  }
  const { software, timing, attention } = result;
  const reason = [software ? `the WebGPU adapter is software: ${result.drivers.join(', ')}` : null, timing && speedWords(timing)].filter((part) => part !== null).join('; ');
  const slower = software || (timing !== null && timing.milliseconds.webgpu > timing.milliseconds.cpu);
  return setting === 'auto' && slower ? onCpu(reason) : { device: 'webgpu', reason, plainAttention: attention === 'plain' };
}

/** WebGPU was asked for and cannot be had. */
export function unavailable(reason: string): EngineError {
  return new EngineError(
    'device-unavailable',
    `The model cannot run on WebGPU: ${reason}. Install or update the graphics driver (on Linux its Vulkan driver), or choose the processor: --device cpu, or the setting personaLens.engine.device.`,
  );
}

function speedWords({ milliseconds: { cpu, webgpu }, tokens }: Timing): string {
  const times = webgpu > cpu ? `${ratio(webgpu / cpu)} times slower than` : `${ratio(cpu / webgpu)} times as fast as`;
  return `WebGPU was ${times} the CPU in a check of ${tokens} tokens`;
}

const ratio = (value: number): string => (value < 10 ? value.toFixed(1) : Math.round(value).toString());
