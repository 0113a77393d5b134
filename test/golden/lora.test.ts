import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { attachAdapter, openAdapter } from '../../src/core/model';
import { loraScale } from '../../src/core/onnx';
import { type Tolerance, golden, goldenJson, goldenTensors } from '../support/golden';
import { excessTable, forwardOf, goldenModel, scalar } from '../support/goldenModel';

interface Reference {
  base: string;
  case: string;
  n_modules: number;
  scaling_per_module: number[];
  tolerance: { logits: Tolerance; resid_post: Tolerance };
}

const names = readdirSync(join(golden, 'lora'));
const { within, print } = excessTable();

describe('adapters against peft', () => {
  test.each(names)('%s: the residual stream after every block, and the logits, at three scales of one graph', async (name) => {
    const { base, tolerance, ...expected } = goldenJson<Reference>('lora', name, 'reference.json');
    const reference = await goldenTensors('lora', name, 'reference.safetensors');
    const prompts = await goldenTensors(base, 'reference.safetensors');
    const model = await goldenModel(base.replace('models/', ''));
    const adapter = await openAdapter(join(golden, 'lora', name));
    expect(adapter.changes).toHaveLength(expected.n_modules);
    const scalings = new Set(adapter.changes.map(({ scaling }) => scaling));
    expect([...scalings].sort((a, b) => a - b)).toEqual(expected.scaling_per_module);
    const forward = await forwardOf({ ...model, graph: attachAdapter(model.graph, adapter) });
    const plain = await forwardOf(model);
    for (const prompt of ['a', 'b']) {
      const ids = prompts.ints(`${prompt}.input_ids`);
      for (const scale of ['0.0', '0.5', '1.0']) {
        const { residual, logits } = await forward([ids], () => ({ [loraScale]: scalar(Number(scale)) }));
        const column = `at ${Number(scale)}`;
        for (const [block, values] of residual.entries()) within(name, column, values, await reference.floats(`${prompt}.scale${scale}.resid_post.${block}`), tolerance.resid_post);
        within(name, column, logits, await reference.floats(`${prompt}.scale${scale}.logits`), tolerance.logits);
        // But for DoRA, scale 0 is the base to the last bit.
        if (scale === '0.0' && expected.case !== 'dora') expect(logits).toEqual((await plain([ids])).logits);
      }
    }
  });

  afterAll(() => print(['at 0', 'at 0.5', 'at 1']));
});
