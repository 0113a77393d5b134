import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { decoderGraph, openCheckpoint, residPost } from '../../src/core/model';
import { bareRecord } from '../../src/engine/bareRecord';
import { OrtSession } from '../../src/engine/ortSession';
import { pushGraph } from '../../src/engine/graphs';
import { packBatch } from '../../src/engine/packedBatch';
import { runPush, runTokenPush } from '../../src/engine/push';
import type { LoadedModel } from '../../src/engine/loadedModel';
import { type Tolerance, golden, goldenJson, goldenTensors, worstExcess } from '../support/golden';

interface Reference {
  block: number;
  tolerance: { grad: Tolerance; push: Tolerance; nll: Tolerance };
  rows: { input_ids: number[]; response_mask: number[]; summed_response_nll: number; push_along_v: { all_positions: { push_from_grad_f64: number } } }[];
}

describe('push against autograd', () => {
  const open = async () => {
    const reference = goldenJson<Reference>('interventions', 'reference.json');
    const folder = join(golden, 'models/llama');
    const { config, weights } = await openCheckpoint(folder);
    const model = { graph: decoderGraph(config, weights), config, weights, hookPoint: residPost(reference.block) } as LoadedModel;
    const session = await OrtSession.create(
      pushGraph(model, () => {
        throw new Error('no matrix of this model is quantised');
      }),
      { device: 'cpu', threads: 1, prepack: false },
    );
    const records = reference.rows.map(({ input_ids, response_mask }) => bareRecord(input_ids, { response: response_mask }));
    return { reference, session, records, dModel: config.dModel, tensors: await goldenTensors('interventions', 'reference.safetensors') };
  };

  test('the gradient at every position', async () => {
    const { reference, session, records, tensors } = await open();
    for (const [i, record] of records.entries()) {
      const n = reference.rows[i]!.response_mask.reduce((sum, value) => sum + value, 0);
      const gradient = (await runTokenPush(session, record, packBatch([record]))).map((value) => -value * n);
      expect(worstExcess(gradient, await tensors.floats(`row${i}.grad_resid_post.2`), reference.tolerance.grad), `row ${i}`).toBeLessThanOrEqual(1);
    }
  });

  test('push vectors and losses of rows in one batch', async () => {
    const { reference, session, records, dModel, tensors } = await open();
    const v = await tensors.floats('v');
    const pushes = await runPush(session, records, packBatch(records), dModel);
    for (const [i, { push, loss }] of pushes.entries()) {
      const { response_mask: mask, summed_response_nll: nll, push_along_v: along } = reference.rows[i]!;
      const n = mask.reduce((sum, value) => sum + value, 0);
      const dot = push.reduce((sum, value, j) => sum + value * v[j]!, 0);
      expect(worstExcess(Float32Array.of(dot * n), Float32Array.of(along.all_positions.push_from_grad_f64), reference.tolerance.push)).toBeLessThanOrEqual(1);
      expect(worstExcess(Float32Array.of(loss * n), Float32Array.of(nll), reference.tolerance.nll)).toBeLessThanOrEqual(1);
    }
  });
});
