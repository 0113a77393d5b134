import { describe, expect, it } from 'vitest';
import { ProbeInputError, readInput } from '../../../src/core/probe';
import { HOOK, recordVectors } from './synthetic';

const vectors = recordVectors({
  activation: { [HOOK]: Float32Array.of(3, 5) },
  prompt: { [HOOK]: Float32Array.of(1, -1) },
  last: { [HOOK]: Float32Array.of(7, 8) },
});
const read = (input: 'response' | 'response-minus-prompt' | 'last', measure: 'activation' | 'push' | 'trait-likelihood' = 'activation', hookPoint = HOOK) =>
  readInput(vectors, { measure, hookPoint, input });

describe('readInput', () => {
  it('reads the vector that the probe names', () => {
    expect([...read('response')]).toEqual([3, 5]);
    expect([...read('response-minus-prompt')]).toEqual([2, 6]);
    expect([...read('last')]).toEqual([7, 8]);
    const pushed = { ...vectors, push: { [HOOK]: Float32Array.of(0, 9) } };
    expect([...readInput(pushed, { measure: 'push', hookPoint: HOOK, input: 'response' })]).toEqual([0, 9]);
  });

  it('says what is missing and what to do', () => {
    expect(() => read('response', 'activation', 'blocks.9.hook_resid_post')).toThrow(/blocks\.9\.hook_resid_post.*not in the capture set \(blocks\.3\.hook_resid_post\)/);
    expect(() => read('response', 'push')).toThrow(/run the push pass/);
    expect(() => read('response', 'trait-likelihood')).toThrow(ProbeInputError);
  });
});
