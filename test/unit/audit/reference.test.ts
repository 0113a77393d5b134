import { expect, test } from 'vitest';
import { readReference } from '../../../src/audit/reference';
import { describeModel } from '../../../src/engine/modelDescription';
import { bundledModel } from '../../support/paths';

test('every row of the bundled reference has all that scores are set beside: vectors, loss and push', async () => {
  const model = await describeModel(bundledModel, { profiles: null, cacheFolder: null });
  const { rows, vectors, pushes } = model.reference!;
  const reference = await readReference(rows, vectors, pushes, { ...model, sae: null });
  expect([reference.singles.length, reference.pairs.length]).toEqual([1023, 120]);
  const all = [...reference.singles, ...reference.pairs.flatMap(({ chosen, rejected }) => [chosen, rejected])];
  const whole = all.filter(({ vectors: { activation, push, loss } }) => [activation, push].every((of) => of?.['blocks.15.hook_resid_post']?.every(Number.isFinite)) && Number.isFinite(loss));
  expect(whole).toHaveLength(1023 + 2 * 120);
});
