import { describe, expect, test } from 'vitest';
import { lossValues } from '../../../src/core/model';
import { EngineError } from '../../../src/engine/errors';
import { pushValues } from '../../../src/engine/graphs';
import type { OrtSession } from '../../../src/engine/ortSession';
import { pushError, refuseOtherPush } from '../../../src/engine/pushSession';
import { asRecord } from '../../support/reference';

const text = asRecord({ index: 0, name: 'a text', ids: [5, 6, 7], responseMask: [0, 1, 1], meanNll: 0, top1: [] });

/** A push session that answers with this vector. */
const answering = (...push: number[]): Pick<OrtSession, 'run'> => ({
  run: (_feeds, outputs) => {
    expect(outputs).toContain(pushValues.pooled);
    return Promise.resolve({
      [pushValues.pooled]: { data: Float32Array.from(push), dims: [1, push.length] },
      [lossValues.nll]: { data: new Float32Array(8), dims: [8] },
    });
  },
});

describe('the check of a device\'s push against the CPU\'s', () => {
  test('measures the distance by the size of the CPU\'s', async () => {
    const cpu = answering(0, 3, 4);
    expect(await pushError(answering(0, 3, 4), cpu, text, 3)).toBe(0);
    expect(await pushError(answering(0, 6, 8), cpu, text, 3)).toBeCloseTo(1, 6);
    expect(await pushError(answering(0, 3, 4.05), cpu, text, 3)).toBeCloseTo(0.01, 6);
    expect(await pushError(answering(0, NaN, 4), cpu, text, 3)).toBeNaN();
  });

  test('lets rounding pass, and refuses another gradient with what to do', () => {
    for (const error of [0, 3e-4, 1e-3]) expect(() => refuseOtherPush(error, 'a model', 'WebGPU')).not.toThrow();
    for (const error of [0.02, 1, NaN]) {
      expect(() => refuseOtherPush(error, 'a model', 'WebGPU')).toThrow(EngineError);
      expect(() => refuseOtherPush(error, 'a model', 'WebGPU')).toThrow(/^The push of a model on WebGPU is not what the CPU computes .*--device cpu/);
    }
  });
});
