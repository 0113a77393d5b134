import { type Graph, GraphBuilder, emptyGraph } from '../../../src/core/onnx';
import { OrtSession } from '../../../src/engine/ortSession';

export const cpu = { device: 'cpu', threads: 1 } as const;

/** y = relu(x W) + b for x `[tokens, 3]`; beside it a value that nothing needs, from an input and a constant of its own. */
export function tinyGraph(): Graph {
  const builder = new GraphBuilder(emptyGraph());
  const x = builder.input('x', 'float32', ['tokens', 3]);
  const weighted = builder.op('MatMul', [x, builder.floats('W', [3, 2], [1, -1, 2, 0, 0, 3])], {}, 'xW');
  const act = builder.op('Relu', [weighted], {}, 'act');
  builder.output(builder.op('Add', [act, builder.floats('b', [2], [10, 20])], {}, 'y'));
  builder.op('Mul', [builder.input('other', 'float32', ['tokens', 2]), builder.floats('unused', [1], [7])], {}, 'side');
  return builder.graph;
}

/** Rows of `x`, and relu(x W) of each. */
export const x = [[1, 0, 0], [0, 1, -1], [2, -3, 1]];
export const act = [[1, 0], [2, 0], [0, 1]];

export const matrix = (rows: number[][]) => ({ data: Float32Array.from(rows.flat()), dims: [rows.length, rows[0]!.length] });

/** Values of the outputs, by name. */
export async function run(graph: Graph, feeds: Parameters<OrtSession['run']>[0]): Promise<Record<string, number[]>> {
  const session = await OrtSession.create(graph, cpu);
  try {
    return Object.fromEntries(Object.entries(await session.run(feeds)).map(([name, { data }]) => [name, Array.from(data, Number)]));
  } finally {
    await session.release();
  }
}

export const names = ({ nodes, initializers, inputs, outputs }: Graph) => ({
  nodes: nodes.flatMap((node) => node.outputs),
  constants: [...initializers.keys()],
  inputs: inputs.map(({ name }) => name),
  outputs,
});
