import { expect, test } from 'vitest';
import { type Sae, SaeError } from '../../../src/core/sae';
import type { TokenTrace } from '../../../src/core/types';
import type { LoadedModel } from '../../../src/engine/loadedModel';
import { checkSae } from '../../../src/engine/saeCheck';
import { refusal } from '../../support/folder';
import { tinySae } from '../sae/support';

/** Rebuilt by the tiny SAE's decoder: [3, 1], [1, 3]; the first token and the last, massive one do not count. */
const trace = (residual: [number, number, number, number]): TokenTrace => ({
  hash: 'h', hookPoint: 'blocks.0.hook_resid_post', tokens: 4, dModel: 2, k: 2,
  residual: Float32Array.of(1000, 1000, ...residual, 1000, 1000),
  latentIndex: Int32Array.of(0, 1, 0, 1, 1, 2, 0, 1),
  latentValue: Float32Array.of(7, 7, 2, 1, 3, 0, 7, 7),
});
const check = async (stated: Sae['stated'], residual: [number, number, number, number]) =>
  checkSae({ folder: '/model', name: 'Tiny', massiveNorm: 100, sae: { ...(await tinySae()), stated } } as unknown as LoadedModel, trace(residual));

test('an SAE that fits as its manifest states passes, also where it fits better', async () => {
  await check({ l0: 1.5, fvu: 0.001 }, [3, 1, 1, 3]);
  await check({ l0: 1.45, fvu: 0.5 }, [3, 1, 1, 3]);
  // Error 1 over distance 6.5: .154.
  await check({ l0: 1.5, fvu: 0.11 }, [3, 1, 1, 4]);
});

test('one that leaves more unexplained, or has another number of latents active, is refused with both numbers', async () => {
  const error = await refusal(check({ l0: 1.5, fvu: 0.1 }, [3, 1, 1, 4]), SaeError);
  expect(error.reason).toBe('wrong-model');
  expect(error.message).toMatch(/^The SAE in .* does not fit Tiny: on its check text L0 is 1\.5 and 0\.15 of the variance is left unexplained, and its manifest\.json states that L0 is 1\.5 and 0\.10 of the variance is left unexplained\..*Name an SAE for this model in \/model\/manifest\.json\.$/);
  expect((await refusal(check({ l0: 2, fvu: 0.3 }, [3, 1, 1, 3]), SaeError)).message).toMatch(/L0 is 1\.5.*states that L0 is 2\.0/);
});

test('where nothing is stated, no better than the mean is refused, and so is what is no number', async () => {
  await check(null, [3, 1, 1, 3.5]);
  expect((await refusal(check(null, [1, 3, 3, 1]), SaeError)).message).toMatch(/4\.00 of the variance is left unexplained, and an SAE for this model leaves less than the 1\.00/);
  await refusal(check(null, [NaN, 3, 3, 1]), SaeError);
});
