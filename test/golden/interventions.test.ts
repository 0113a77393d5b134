import { afterAll, describe, expect, test } from 'vitest';
import { cacheValues, finalNorm, fittedWidth, packedInputs, residPost, withCache } from '../../src/core/model';
import { type Graph, ablate, ablateInput, capInputs, cut, projectCap, prune, steer, steerInputs } from '../../src/core/onnx';
import { bareRecord } from '../../src/engine/bareRecord';
import { generate } from '../../src/engine/generation';
import { graphFor } from '../../src/engine/graphs';
import { type Feed, OrtSession } from '../../src/engine/ortSession';
import { packBatch } from '../../src/engine/packedBatch';
import { type Tolerance, goldenJson, goldenTensors, worstExcess } from '../support/golden';
import { cpu, excessTable, forwardOf, goldenModel, scalar, vector } from '../support/goldenModel';

interface Reference {
  block: number;
  p: number;
  alphas: number[];
  cap_lo: number;
  cap_hi: number;
  tolerance: { logits: Tolerance; nll: Tolerance };
}

const reference = goldenJson<Reference>('interventions', 'reference.json');
const hook = residPost(reference.block);
const tensors = await goldenTensors('interventions', 'reference.safetensors');
const [v, u, ids] = [await tensors.floats('v'), await tensors.floats('u'), tensors.ints('input_ids')];
/** The reference states no tolerance for residuals: that of the model's own. */
const { tolerance: ofModel } = goldenJson<{ tolerance: { resid_post: Tolerance } }>('models/llama/reference.json');

const steering = (alpha: number, from: number) => (tokens: number): Record<string, Feed> => {
  const { strength, vector: direction, mask } = steerInputs(hook);
  return { [strength]: scalar(alpha), [direction]: vector(v), [mask]: vector(Array.from({ length: tokens }, (_, t) => Number(t >= from))) };
};
const capping = (low: number, high: number) => (): Record<string, Feed> => {
  const names = capInputs(hook);
  return { [names.direction]: vector(u), [names.low]: scalar(low), [names.high]: scalar(high) };
};
const everyBlock = [0, 1, 2, 3].map(residPost);
const ablating = (hooks: string[]) => (): Record<string, Feed> => Object.fromEntries(hooks.map((point) => [ablateInput(point), vector(v)]));

const cases: [name: string, change: (graph: Graph) => Graph, feeds: (tokens: number) => Record<string, Feed>][] = [
  ...reference.alphas.flatMap((alpha): typeof cases => [
    [`add_all_${alpha.toFixed(1)}`, (graph) => steer(graph, hook), steering(alpha, 0)],
    [`add_from9_${alpha.toFixed(1)}`, (graph) => steer(graph, hook), steering(alpha, reference.p)],
  ]),
  ['ablate', (graph) => ablate(graph, hook), ablating([hook])],
  ['ablate_all_blocks', (graph) => everyBlock.reduce(ablate, graph), ablating(everyBlock)],
  ['cap_upper', (graph) => projectCap(graph, hook), capping(-Infinity, reference.cap_hi)],
  ['cap_both', (graph) => projectCap(graph, hook), capping(reference.cap_lo, reference.cap_hi)],
];

const { within, print } = excessTable();

describe('interventions against hooks in torch', () => {
  test.each(cases)('%s', async (name, change, feeds) => {
    const model = await goldenModel('llama');
    const { residual, logits } = await (await forwardOf({ ...model, graph: change(model.graph) }))([ids], feeds);
    within(name, 'residual', residual.at(-1)!, await tensors.floats(`${name}.resid_post.3`), ofModel.resid_post);
    within(name, 'logits', logits, await tensors.floats(`${name}.logits`), reference.tolerance.logits);
  });

  test('the negative log-likelihood of every token, unchanged', async () => {
    const { nll } = await (await forwardOf(await goldenModel('llama')))([ids]);
    within('b', 'nll', Float32Array.of(0, ...nll.subarray(0, -1)), await tensors.floats('b.nll'), reference.tolerance.nll);
  });

  test('prefix and suffix are the whole model, a steered suffix the steered one', async () => {
    const model = await goldenModel('llama');
    const batch = packBatch([bareRecord(ids)]);
    const whole = await (await forwardOf({ ...model, graph: steer(model.graph, hook) }))([ids], steering(1.5, 0));
    const prefix = await OrtSession.create(prune(model.graph, [hook]), cpu);
    const h = (await prefix.run(batch.feeds))[hook]!.data as Float32Array;
    const steered = h.map((value, i) => value + 1.5 * v[i % v.length]!);
    const suffix = await OrtSession.create(prune(cut(model.graph, hook), [residPost(3), finalNorm]), cpu);
    const feeds = Object.fromEntries(Object.entries(batch.feeds).filter(([name]) => suffix.takes(name)));
    const { [residPost(3)]: last } = await suffix.run({ ...feeds, [hook]: { data: steered, dims: [ids.length, v.length] } });
    expect(suffix.takes('input_ids')).toBe(false);
    within('cut', 'residual', last!.data as Float32Array, whole.residual.at(-1)!, { atol: 1e-4, rtol: 1e-5 });
  });

  test('a cut model with a cache keeps the later blocks\' keys and values under their own names', async () => {
    const model = await goldenModel('llama');
    const cached = withCache(cut(model.graph, hook), model.config);
    const { past, present } = cacheValues(reference.block + 1);
    expect(cached.inputs.map(({ name }) => name).filter((name) => name.startsWith('past_'))).toEqual([past.key, past.value]);
    const suffix = await OrtSession.create(prune(cached, [finalNorm, present.key, present.value]), cpu);
    const prefix = await OrtSession.create(prune(withCache(model.graph, model.config), [hook, ...Array.from({ length: reference.block + 1 }, (_, block) => Object.values(cacheValues(block).present)).flat()]), cpu);
    let [above, below]: Record<string, Feed>[] = [{}, {}];
    const empty = { data: new Float32Array(0), dims: [1, model.config.keyValueHeads, 0, fittedWidth(model.config.dHead)] };
    const pastOf = (session: OrtSession, values: Record<string, Feed>) => (name: string) => (session.takes(name) ? { [name]: values[name] ?? empty } : {});
    const read: number[] = [];
    // The row in two pieces: what the suffix kept of the first one stands for it in the second.
    for (const [from, to] of [[0, 9], [9, ids.length]] as const) {
      const feeds = { ...packBatch([bareRecord(ids.slice(from, to))]).feeds, [packedInputs.lastPosition]: { data: Int32Array.of(to - 1), dims: [1] }, [packedInputs.longest]: { data: Int32Array.of(to), dims: [1] }, [packedInputs.firstPosition]: { data: BigInt64Array.of(BigInt(from)), dims: [1] } };
      const run = async (session: OrtSession, kept: Record<string, Feed>, given: Record<string, Feed>) => {
        const pasts = [0, 1, 2, 3].flatMap((block) => Object.values(cacheValues(block).past)).map(pastOf(session, kept));
        const output = await session.run({ ...Object.fromEntries(Object.entries(given).filter(([name]) => session.takes(name))), ...Object.assign({}, ...pasts) });
        const next = [0, 1, 2, 3].flatMap((block) => (['key', 'value'] as const).map((part) => [cacheValues(block).past[part], output[cacheValues(block).present[part]]] as const)).filter(([, value]) => value);
        return { output, kept: Object.fromEntries(next.map(([name, value]) => [name, { data: value!.data, dims: [...value!.dims] }])) };
      };
      const first = await run(prefix, below!, feeds);
      const h = first.output[hook]!;
      const second = await run(suffix, above!, { ...feeds, [hook]: { data: h.data, dims: [...h.dims] } });
      [above, below] = [second.kept, first.kept];
      read.push(...(second.output[finalNorm]!.data as Float32Array));
    }
    const body = await OrtSession.create(prune(model.graph, [finalNorm]), cpu);
    const whole = (await body.run(packBatch([bareRecord(ids)]).feeds))[finalNorm]!.data as Float32Array;
    within('cut, cached', 'residual', Float32Array.from(read), whole, { atol: 1e-4, rtol: 1e-5 });
  });

  test('cached generation stays steered: the residual stream of each token is that of the whole row read at once', async () => {
    const model = await goldenModel('llama');
    const graph = steer(model.graph, hook);
    const from = reference.p;
    const present = [0, 1, 2, 3].flatMap((block) => Object.values(cacheValues(block).present));
    const session = await OrtSession.create(prune(withCache(graph, model.config), [finalNorm, hook, ...present]), cpu);
    const head = await OrtSession.create(graphFor('head', model), cpu);
    const read: number[] = [];
    const body = {
      takes: (name: string) => session.takes(name),
      run: async (feeds: Record<string, Feed>) => {
        // Positions go on after the past: the mask is of the tokens that are new.
        const past = read.length / v.length;
        const output = await session.run({ ...feeds, ...steering(8, from - past)(feeds[packedInputs.ids]!.data.length) });
        read.push(...(output[hook]!.data as Float32Array));
        return output;
      },
    };
    const row = [...ids.slice(0, 12)];
    for await (const { id } of generate({ body, head }, model.config, row.slice(), { maxTokens: 6 })) row.push(id);
    const whole = await (await forwardOf({ ...model, graph }))([row.slice(0, -1)], steering(8, from));
    const plain = await (await forwardOf(model))([row.slice(0, -1)]);
    within('cached', 'residual', Float32Array.from(read), whole.residual[reference.block]!, ofModel.resid_post);
    const last = -v.length;
    expect(worstExcess(Float32Array.from(read.slice(last)), plain.residual[reference.block]!.slice(last), ofModel.resid_post)).toBeGreaterThan(100);
  });

  afterAll(() => print(['residual', 'logits', 'nll']));
});
