import { beforeAll, expect, test } from 'vitest';
import { type ReferenceModel, openReference } from '../../../src/audit/reference';
import { type ReferenceFiles, describeModel } from '../../../src/engine/modelDescription';
import { bundledModel } from '../../support/paths';

let files: ReferenceFiles;
let model: ReferenceModel;
beforeAll(async () => {
  const described = await describeModel(bundledModel, { profiles: null, cacheFolder: null });
  files = described.reference!;
  model = { ...described, sae: null };
});

test('every row of the bundled reference has all that scores are set beside: vectors, loss and push', async () => {
  const reference = await (await openReference(files.rows, files.vectors, files.pushes, model)).rows();
  expect([reference.singles.length, reference.pairs.length]).toEqual([1023, 120]);
  const all = [...reference.singles, ...reference.pairs.flatMap(({ chosen, rejected }) => [chosen, rejected])];
  const whole = all.filter(({ vectors: { activation, push, loss } }) => [activation, push].every((of) => of?.['blocks.15.hook_resid_post']?.every(Number.isFinite)) && Number.isFinite(loss));
  expect(whole).toHaveLength(1023 + 2 * 120);
});

test("another model's or SAE's reference is refused when it is opened: nothing that the cache holds of it is shown", async () => {
  await expect(openReference(files.rows, files.vectors, files.pushes, { ...model, hash: 'f'.repeat(64) })).rejects.toMatchObject({ reason: 'other-model', message: expect.stringContaining(files.vectors) as string });
  await expect(openReference(files.rows, files.vectors, files.pushes, { ...model, sae: { sha256: 'f'.repeat(64) } as ReferenceModel['sae'] })).rejects.toMatchObject({ reason: 'other-model' });
});
