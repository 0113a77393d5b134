import { type Graph, cloneGraph } from '../onnx';
import { packedInputs } from './inputs';
import type { ModelConfig } from './modelConfig';

/** Names of what a block's attention keeps, `[1, keyValueHeads, positions, width]`. */
export const cacheValues = (block: number) => ({
  past: { key: `past_key.${block}`, value: `past_value.${block}` },
  present: { key: `blocks.${block}.attn.present_k`, value: `blocks.${block}.attn.present_v` },
});

/**
 * The same decoder for one row that is read in pieces: keys and values of earlier pieces come in, `[1, keyValueHeads, past, width]`, those
 * of all so far go out, and `first_position` tells how many there were. `last_position` and `longest` count the past in.
 */
export function withCache(graph: Graph, { keyValueHeads }: ModelConfig): Graph {
  const result = cloneGraph(graph);
  result.initializers.delete(packedInputs.firstPosition);
  result.inputs.push({ name: packedInputs.firstPosition, dtype: 'int64', dims: [1] });
  result.nodes = graph.nodes.map((node) => {
    if (node.op !== 'GroupQueryAttention') return node;
    const { past, present } = cacheValues(blockOfPresent(node.outputs[1]!));
    for (const name of [past.key, past.value]) result.inputs.push({ name, dtype: 'float32', dims: [1, keyValueHeads, 'past', 'cached_width'] });
    result.outputs.push(present.key, present.value);
    const [query, key, value, , , ...rest] = node.inputs as [string, string, string, string, string, ...string[]];
    return { ...node, inputs: [query, key, value, past.key, past.value, ...rest], outputs: [node.outputs[0]!, present.key, present.value] };
  });
  return result;
}

/** A graph that was cut holds the later blocks only. */
const blockOfPresent = (key: string): number => Number(/^blocks\.(\d+)\./.exec(key)![1]);
