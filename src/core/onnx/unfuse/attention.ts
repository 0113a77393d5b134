import { floatAttribute, intAttribute } from '../ir/attributes';
import type { GraphBuilder } from '../ir/builder';
import type { UnfuseRule } from './rule';

/** What is added to the score of a key that lies after its query: no finite score comes near. */
const never = -1e30;

/**
 * GroupQueryAttention without a past, over rows padded at the end, `[rows, time, heads * dHead]`: queries of a group of
 * heads share keys and values, so they stand one after the other, `[rows, kvHeads, group * time, dHead]`. Padding
 * comes after every valid query and the causal mask hides it.
 */
export const groupQueryAttention: UnfuseRule = (node, { builder, cheap, once }) => {
  const [query, key, value, pastKey, pastValue, , longest, cos, sin] = node.inputs as [string, string, string, string, string, string, string, string?, string?];
  const heads = intAttribute(node, 'num_heads', 0);
  const keyHeads = intAttribute(node, 'kv_num_heads', heads);
  const options = ['rotary_interleaved', 'smooth_softmax'].filter((name) => intAttribute(node, name, 0) > 0);
  if (pastKey || pastValue) options.push('a past');
  const softcap = floatAttribute(node, 'softcap', 0);
  const window = intAttribute(node, 'local_window_size', -1);
  const group = heads / keyHeads;
  if (options.length) throw new Error(`GroupQueryAttention with ${options.join(', ')} cannot be un-fused`);
  const rotary = intAttribute(node, 'do_rotary', 0) === 1 && cos && sin ? { cos, sin } : null;
  const turned = (x: string) => (rotary ? rotate(builder, x, rotary.cos, rotary.sin, longest) : x);

  const q = builder.op('Mul', [turned(perHead(builder, query, heads)), builder.scalar(floatAttribute(node, 'scale', 1))]);
  const k = turned(perHead(builder, key, keyHeads));
  const v = perHead(builder, value, keyHeads);
  const width = builder.op('Gather', [builder.op('Shape', [k]), builder.ints(3)]);
  const grouped = builder.op('Reshape', [q, builder.op('Concat', [builder.ints(0, keyHeads, -1), width], { axis: 0 })]);
  const scores = cheap(builder.op('MatMul', [grouped, builder.op('Transpose', [k], { perm: [0, 1, 3, 2] })]));
  const capped = softcap === 0 ? scores : cheap(builder.op('Mul', [cheap(builder.op('Tanh', [cheap(builder.op('Div', [scores, builder.scalar(softcap)]))])), builder.scalar(softcap)]));
  const masked = cheap(builder.op('Add', [capped, once(`mask ${group} ${window}`, () => mask(builder, longest, group, window))]));
  const pattern = cheap(builder.op('Softmax', [masked], { axis: -1 }));
  const mixed = builder.op('MatMul', [pattern, v]);
  const apart = builder.op('Reshape', [mixed, builder.op('Concat', [builder.ints(0, heads, -1), width], { axis: 0 })]);
  builder.op('Reshape', [builder.op('Transpose', [apart], { perm: [0, 2, 1, 3] }), builder.ints(0, 0, -1)], {}, node.outputs[0]);
};

/** RotaryEmbedding of com.microsoft over `[rows, time, heads * dHead]`, positions from 0. */
export const rotaryEmbedding: UnfuseRule = (node, { builder }) => {
  const [x, , cos, sin] = node.inputs as [string, string, string, string];
  const heads = intAttribute(node, 'num_heads', 0);
  if (heads === 0 || intAttribute(node, 'interleaved', 0) === 1) throw new Error('RotaryEmbedding without num_heads, or interleaved, cannot be un-fused');
  const apart = perHead(builder, x, heads);
  const time = builder.op('Gather', [builder.op('Shape', [apart]), builder.ints(2)]);
  const width = intAttribute(node, 'rotary_embedding_dim', 0);
  const turned = width === 0 ? rotate(builder, apart, cos, sin, time) : rotatePart(builder, apart, width, (part) => rotate(builder, part, cos, sin, time));
  builder.op('Reshape', [builder.op('Transpose', [turned], { perm: [0, 2, 1, 3] }), builder.ints(0, 0, -1)], {}, node.outputs[0]);
};

/** `[rows, time, heads * dHead]` to `[rows, heads, time, dHead]`. */
function perHead(builder: GraphBuilder, x: string, heads: number): string {
  return builder.op('Transpose', [builder.op('Reshape', [x, builder.ints(0, 0, heads, -1)])], { perm: [0, 2, 1, 3] });
}

/** Turns the first `width` dimensions of each head. */
function rotatePart(builder: GraphBuilder, x: string, width: number, turn: (part: string) => string): string {
  const dHead = builder.op('Gather', [builder.op('Shape', [x]), builder.ints(3)]);
  const sizes = builder.op('Concat', [builder.ints(width), builder.op('Sub', [dHead, builder.ints(width)])], { axis: 0 });
  const [part, rest] = builder.node('Split', [x, sizes], [builder.fresh('turned'), builder.fresh('kept')], { axis: -1 }, '') as [string, string];
  return builder.op('Concat', [turn(part), rest], { axis: -1 });
}

/** Turns the halves (a, b) of each head to (a cos - b sin, b cos + a sin); tables are `[positions, dHead / 2]`. */
function rotate(builder: GraphBuilder, x: string, cos: string, sin: string, time: string): string {
  const [a, b] = builder.node('Split', [x], [builder.fresh('half'), builder.fresh('half')], { axis: -1, num_outputs: 2 }, '') as [string, string];
  const positions = range(builder, time);
  const [c, s] = [builder.op('Gather', [cos, positions]), builder.op('Gather', [sin, positions])];
  const by = (half: string, table: string) => builder.op('Mul', [half, table]);
  return builder.op('Concat', [builder.op('Sub', [by(a, c), by(b, s)]), builder.op('Add', [by(b, c), by(a, s)])], { axis: -1 });
}

/** 0 where a query may see a key and `never` where not, once for each head of a group: `[group * time, time]`. A window holds the query's own key. */
function mask(builder: GraphBuilder, longest: string, group: number, window: number): string {
  const positions = range(builder, longest);
  const [keys, queries] = [builder.op('Unsqueeze', [positions, builder.ints(0)]), builder.op('Unsqueeze', [positions, builder.ints(1)])];
  const later = builder.op('Greater', [keys, queries]);
  const hidden = window < 0 ? later : builder.op('Or', [later, builder.op('GreaterOrEqual', [builder.op('Sub', [queries, keys]), builder.ints(window)])]);
  const one = builder.op('Where', [hidden, builder.scalar(never), builder.scalar(0)]);
  return group === 1 ? one : builder.op('Concat', Array<string>(group).fill(one), { axis: 0 });
}

/** 0, 1, ... to before the length `[1]`. */
function range(builder: GraphBuilder, length: string): string {
  const end = builder.op('Squeeze', [builder.op('Cast', [length], { to: 7 }), builder.ints(0)]);
  return builder.op('Range', [builder.constant('range_start', 'int64', [], int64(0)), end, builder.constant('range_step', 'int64', [], int64(1))]);
}

const int64 = (value: number) => new Uint8Array(BigInt64Array.of(BigInt(value)).buffer);
