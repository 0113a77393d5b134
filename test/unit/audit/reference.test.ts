import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readReference } from '../../../src/audit/reference';
import { readManifest } from '../../../src/core/model';
import { bundledModel } from '../../support/paths';

test('every row of the bundled reference has all that scores are set beside: vectors, loss and push', async () => {
  const { rows, vectors, pushes } = (await readManifest(bundledModel)).reference!;
  const reference = await readReference(join(bundledModel, rows), join(bundledModel, vectors), join(bundledModel, pushes!));
  expect([reference.singles.length, reference.pairs.length]).toEqual([1023, 120]);
  const all = [...reference.singles, ...reference.pairs.flatMap(({ chosen, rejected }) => [chosen, rejected])];
  const whole = all.filter(({ vectors: { activation, push, loss } }) => [activation, push].every((of) => of?.['blocks.15.hook_resid_post']?.every(Number.isFinite)) && Number.isFinite(loss));
  expect(whole).toHaveLength(1023 + 2 * 120);
});
