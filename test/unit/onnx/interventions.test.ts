import { describe, expect, test } from 'vitest';
import { type Graph, GraphBuilder, ablate, ablateInput, capInputs, cut, emptyGraph, projectCap, prune, reverse, steer, steerInputs, tap, unfuse } from '../../../src/core/onnx';
import { matrix, names, run } from './support';

const hook = 'blocks.0.hook_resid_post';

/** A block's end as decoders have it: the sum x + tanh x and its RMSNorm come out of one node, and y = 2 norm + sum. */
function fused(): Graph {
  const builder = new GraphBuilder(emptyGraph());
  const x = builder.input('x', 'float32', ['tokens', 2]);
  const branch = builder.op('Tanh', [x], {}, 'branch');
  builder.node('SkipSimplifiedLayerNormalization', [x, branch, builder.floats('gain', [2], [1, 2])], ['norm', '', '', hook], { epsilon: { float: 1e-6 } }, 'com.microsoft');
  builder.output(builder.op('Add', [builder.op('Mul', ['norm', builder.scalar(2)], {}, 'twice'), hook], {}, 'y'));
  return builder.graph;
}

/** The same with the sum by itself. */
function plain(): Graph {
  const builder = new GraphBuilder(emptyGraph());
  const x = builder.input('x', 'float32', ['tokens', 2]);
  builder.op('Add', [x, builder.op('Tanh', [x], {}, 'branch')], {}, hook);
  builder.op('SimplifiedLayerNormalization', [hook, builder.floats('gain', [2], [1, 2])], { axis: -1, epsilon: { float: 1e-6 }, stash_type: 1 }, 'norm');
  builder.output(builder.op('Add', [builder.op('Mul', ['norm', builder.scalar(2)], {}, 'twice'), hook], {}, 'y'));
  return builder.graph;
}

const x = [[1, -2], [0.5, 3], [-1, 0.25]];
const h = x.map((row) => row.map((value) => value + Math.tanh(value)));
/** What follows h. */
const after = (rows: number[][]) => rows.flatMap(([a, b]) => [a!, b!].map((value, i) => (2 * value * (i + 1)) / Math.sqrt((a! * a! + b! * b!) / 2 + 1e-6) + value));
const dot = (a: number[], b: number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
const scalar = (value: number) => ({ data: Float32Array.of(value), dims: [] });
const vector = (...values: number[]) => ({ data: Float32Array.from(values), dims: [values.length] });
type Feeds = Parameters<typeof run>[1];

async function expectValues(graph: Graph, feeds: Feeds, changed: number[][]): Promise<void> {
  const values = await run(prune(tap(graph, [hook]), ['y', hook]), { x: matrix(x), ...feeds });
  changed.flat().forEach((value, i) => expect(values[hook]![i], `h ${i}`).toBeCloseTo(value, 5));
  after(changed).forEach((value, i) => expect(values['y']![i], `y ${i}`).toBeCloseTo(value, 4));
}

const v = [2, -1];
const unit = [0.6, -0.8];
const steering = steerInputs(hook);
const capping = capInputs(hook);
const interventions: Record<string, { pass: (graph: Graph, hook: string) => Graph; inputs: string[]; feeds: Feeds; of: (row: number[], t: number) => number[] }> = {
  steer: {
    pass: steer,
    inputs: Object.values(steering),
    feeds: { [steering.strength]: scalar(1.5), [steering.vector]: vector(...v), [steering.mask]: vector(1, 0, 1) },
    of: (row, t) => (t === 1 ? row : row.map((value, i) => value + 1.5 * v[i]!)),
  },
  ablate: {
    pass: ablate,
    inputs: [ablateInput(hook)],
    feeds: { [ablateInput(hook)]: vector(...v) },
    of: (row) => row.map((value, i) => value - (dot(row, v) / dot(v, v)) * v[i]!),
  },
  projectCap: {
    pass: projectCap,
    inputs: Object.values(capping),
    feeds: { [capping.direction]: vector(...unit), [capping.low]: scalar(-2), [capping.high]: scalar(1) },
    of: (row) => {
      const along = dot(row, unit);
      return row.map((value, i) => value + (Math.min(Math.max(along, -2), 1) - along) * unit[i]!);
    },
  },
};

describe.each(Object.entries(interventions))('%s', (name, { pass, inputs, feeds, of }) => {
  const changed = h.map(of);

  test('adds true inputs, and what follows reads the changed value under the hook point\'s name', () => {
    const graph = pass(fused(), hook);
    expect(names(graph).inputs).toEqual(['x', ...inputs]);
    expect(names(graph).outputs).toEqual(['y']);
    expect(graph.nodes.map(({ op }) => op)).not.toContain('SkipSimplifiedLayerNormalization');
    const [maker, ...others] = graph.nodes.filter(({ outputs }) => outputs.includes(hook));
    expect(others).toEqual([]);
    const order = graph.nodes.indexOf(maker!);
    const readers = graph.nodes.filter((node) => node.inputs.includes(hook));
    expect(readers.map(({ outputs }) => outputs[0])).toEqual(['norm', 'y']);
    for (const reader of readers) expect(graph.nodes.indexOf(reader)).toBeGreaterThan(order);
  });

  test.each([['fused', fused], ['plain', plain]])('gives the formula\'s numbers, the norm included, in a %s graph', async (_, graph) => {
    expect(changed).not.toEqual(h);
    await expectValues(pass(graph(), hook), feeds, changed);
  });

  test('the graph itself stays, and a second time at the same hook point is refused', () => {
    const graph = fused();
    const once = pass(graph, hook);
    expect(graph).toEqual(fused());
    expect(() => pass(once, hook)).toThrow(`two values named ${inputs[0]}`);
    expect(() => pass(graph, 'blocks.9.hook_resid_post')).toThrow('no node makes blocks.9.hook_resid_post');
  });

  test('after another one it reads what that one gives', async () => {
    const [first, other] = Object.entries(interventions).find(([candidate]) => candidate !== name)!;
    expect(first).not.toBe(name);
    await expectValues(pass(other.pass(fused(), hook), hook), { ...other.feeds, ...feeds }, h.map(other.of).map(of));
  });

  test('a gradient goes through it: y by what the hook point was before', async () => {
    const value = `${hook}.before_${name === 'projectCap' ? 'cap' : name}`;
    const seeded = new GraphBuilder(pass(fused(), hook));
    seeded.input('seed', 'float32', ['tokens', 'width']);
    const { graph, cheap } = unfuse(seeded.graph, value, () => expect.fail());
    const { gradient } = await run(prune(reverse(graph, { of: [{ value: 'y', seed: 'seed' }], by: value, gradient: 'gradient', recompute: cheap }), ['gradient']), {
      x: matrix(x),
      seed: matrix([[1, 1], [1, 1], [1, 1]]),
      ...feeds,
    });
    const total = (rows: number[][]) => after(rows.map(of)).reduce((sum, y) => sum + y, 0);
    const e = 1e-4;
    h.forEach((row, t) =>
      row.forEach((_, i) => {
        const moved = (by: number) => total(h.map((other, s) => other.map((entry, j) => entry + (s === t && j === i ? by : 0))));
        expect(gradient![2 * t + i], `token ${t}, ${i}`).toBeCloseTo((moved(e) - moved(-e)) / (2 * e), 3);
      }),
    );
  });
});

test('strength 0 and a mask of zeros change nothing, to the last bit', async () => {
  const bare = (await run(plain(), { x: matrix(x) }))['y'];
  const steered = steer(plain(), hook);
  const feeds = (strength: number, mask: number) => ({ x: matrix(x), [steering.strength]: scalar(strength), [steering.vector]: vector(1e6, -3), [steering.mask]: vector(mask, mask, mask) });
  expect((await run(steered, feeds(0, 1)))['y']).toEqual(bare);
  expect((await run(steered, feeds(7, 0)))['y']).toEqual(bare);
  expect((await run(steered, feeds(7, 1)))['y']).not.toEqual(bare);
});

test('a cap with open sides changes nothing, and one that is open below only takes down', async () => {
  const along = h.map((row) => dot(row, unit));
  const capped = (low: number, high: number) => ({ [capping.direction]: vector(...unit), [capping.low]: scalar(low), [capping.high]: scalar(high) });
  await expectValues(projectCap(fused(), hook), capped(-Infinity, Infinity), h);
  await expectValues(projectCap(fused(), hook), capped(-Infinity, 0), h.map((row, t) => row.map((value, i) => value + (Math.min(along[t]!, 0) - along[t]!) * unit[i]!)));
});

describe('cut', () => {
  test('has the hook point as an input and nothing from before it', () => {
    const suffix = cut(fused(), hook);
    expect(names(suffix)).toMatchObject({ inputs: [hook], outputs: ['y'], nodes: ['norm', 'twice', 'y'] });
    expect(suffix.inputs[0]!.dims).toEqual(['tokens', 'd_model']);
  });

  test('gives what the whole graph gives for the same residual stream', async () => {
    const { y } = await run(cut(fused(), hook), { [hook]: matrix(h) });
    after(h).forEach((value, i) => expect(y![i]).toBeCloseTo(value, 4));
  });

  test('can be steered and differentiated by its input', async () => {
    const suffix = cut(steer(fused(), hook), 'norm');
    expect(names(suffix).inputs).toEqual(['x', ...Object.values(steering), 'norm']);
    const seeded = new GraphBuilder(cut(plain(), hook));
    seeded.input('seed', 'float32', ['tokens', 'width']);
    const graph = prune(reverse(seeded.graph, { of: [{ value: 'twice', seed: 'seed' }], by: hook, gradient: 'gradient' }), ['gradient']);
    // A norm does not see the length of what it reads: the gradient is at a right angle to it.
    const { gradient } = await run(graph, { [hook]: matrix([[3, 4]]), seed: matrix([[1, 0]]) });
    expect(gradient![0]! * 3 + gradient![1]! * 4).toBeCloseTo(0, 5);
    expect(gradient![0]).toBeCloseTo((2 * Math.SQRT2 * 16) / 125, 4);
  });

  test('a second time is refused, as is a value that nothing comes of', () => {
    expect(() => cut(cut(fused(), hook), hook)).toThrow(`no node makes ${hook}`);
    expect(() => cut(fused(), 'y')).toThrow('no output depends on y');
  });
});

test('a value that comes out of one operator with others is refused where the operator is not known', () => {
  const builder = new GraphBuilder(emptyGraph());
  builder.node('Split', [builder.input('x', 'float32', ['tokens', 2])], ['a', 'b'], { axis: 1, num_outputs: 2 }, '');
  expect(() => ablate(builder.graph, 'a')).toThrow('Split makes a with other values and cannot be taken apart');
});
