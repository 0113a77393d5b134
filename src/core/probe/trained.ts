import type { TrainedProbe } from '../types';
import { dot, type LinearForm, type LinearForms } from './linearForm';
import { unpack } from './pack';

/** sign * (sum_i w_i (u_i - mean_i) / scale_i + bias) as one linear form over the unit vector u. */
export function trainedForm(probe: TrainedProbe): LinearForm {
  const weights = overScale(unpack(probe.weights), unpack(probe.scale), probe.sign);
  return { weights, bias: probe.sign * probe.bias - dot(weights, unpack(probe.mean)), unit: true };
}

/** The null probes under the same standardisation. Each stands against its own percentiles, so its bias is its centring alone. */
export function trainedNulls(probe: TrainedProbe): LinearForms {
  if (probe.nulls.kind !== 'permuted labels') throw new RangeError(`a trained probe has permuted labels as nulls, not ${probe.nulls.kind}`);
  const { count } = probe.nulls;
  const scale = unpack(probe.scale);
  const mean = unpack(probe.mean);
  const d = scale.length;
  const raw = unpack(probe.nulls.weights);
  const weights = new Float64Array(count * d);
  const biases = new Float64Array(count);
  for (let j = 0; j < count; j++) {
    weights.set(overScale(raw.subarray(j * d, (j + 1) * d), scale, 1), j * d);
    biases[j] = -dot(weights.subarray(j * d, (j + 1) * d), mean);
  }
  return { count, weights, biases, unit: true };
}

function overScale(weights: Float32Array, scale: Float32Array, sign: number): Float64Array {
  return Float64Array.from(weights, (w, i) => (sign * w) / scale[i]!);
}
