import { type GraphBuilder } from '../onnx';
import { cacheValues } from './cache';
import { packedInputs, padRows, unpadRows } from './inputs';
import { linear } from './linear';
import { type Attention, type FusedProjections, type ModelConfig } from './modelConfig';
import { type Norms } from './norm';
import { type Rope } from './rope';
import { type RotaryTables } from './rotary';
import { type Weights } from './weights';

/** The attention operator takes heads of a multiple of 8. */
export const fittedWidth = (dHead: number): number => 8 * Math.ceil(dHead / 8);

/** Writes attention: grouped queries, rotary, causal, in onnxruntime's fused operator over rows padded at the end. */
export class AttentionWriter {
  constructor(
    private readonly builder: GraphBuilder,
    private readonly config: ModelConfig,
    private readonly weights: Weights,
    private readonly norms: Norms,
    private readonly tables: RotaryTables,
  ) {}

  /** x and the result are `[tokens, dModel]`. */
  write(x: string, attention: Attention, block: number): string {
    const { builder, config } = this;
    const { heads, keyValueHeads, dHead, dModel } = config;
    const [query, key, value] = this.projections(x, attention);
    const { rope, headNorms } = attention;
    const widened = (projected: string) => this.fit(projected, dHead, fittedWidth(dHead));
    const normed = (projected: string, count: number, name?: string) => (name === undefined ? projected : this.headNorm(projected, count, name, headNorms!.over));
    const turns = rope && this.tables.get(rope);
    // The rotary embedding inside of the attention operator turns whole heads, of a multiple of 16.
    const inside = rope?.width === dHead && dHead % 16 === 0;
    const turned = (projected: string, count: number) => {
      const padded = padRows(builder, widened(projected));
      return turns && !inside ? this.rotate(padded, count, rope!, turns) : padded;
    };
    const [mixed] = builder.node(
      'GroupQueryAttention',
      [
        turned(normed(query, heads, headNorms?.query), heads),
        turned(normed(key, keyValueHeads, headNorms?.key), keyValueHeads),
        padRows(builder, widened(value)),
        '',
        '',
        packedInputs.lastPosition,
        packedInputs.longest,
        ...(turns && inside ? turns : []),
      ],
      [`blocks.${block}.attn.padded`, cacheValues(block).present.key, cacheValues(block).present.value],
      {
        num_heads: heads,
        kv_num_heads: keyValueHeads,
        do_rotary: inside ? 1 : 0,
        rotary_interleaved: 0,
        scale: { float: attention.scale },
        ...(attention.window === undefined ? {} : { local_window_size: attention.window }),
        ...(attention.softcap === undefined ? {} : { softcap: { float: attention.softcap } }),
      },
      'com.microsoft',
    );
    const unpadded = this.fit(unpadRows(builder, mixed!, heads * fittedWidth(dHead)), fittedWidth(dHead), dHead);
    return linear(builder, this.weights, unpadded, attention.out, dModel, heads * dHead);
  }

  /** Heads of the width `from` with zeros added or taken off to the width `to`: `[tokens, heads * to]`. */
  private fit(x: string, from: number, to: number): string {
    if (from === to) return x;
    const { builder } = this;
    const [narrow, wide] = [Math.min(from, to), Math.max(from, to)];
    const identity = builder.floats(`fit_${narrow}_${wide}`, [narrow, wide], Array.from({ length: narrow * wide }, (_, i) => Number(i % wide === Math.floor(i / wide))));
    const fitted = builder.op('Gemm', [builder.op('Reshape', [x, builder.ints(-1, from)]), identity], { transB: from < to ? 0 : 1 });
    return builder.op('Reshape', [fitted, builder.op('Concat', [builder.op('Gather', [builder.op('Shape', [x]), builder.ints(0)]), builder.ints(-1)], { axis: 0 })]);
  }

  private projections(x: string, { projections }: Attention): [query: string, key: string, value: string] {
    const { builder, config, weights } = this;
    const { heads, keyValueHeads, dHead, dModel } = config;
    if ('fused' in projections) return this.apart(x, projections);
    const project = (module: (typeof projections)['query'], count: number) => linear(builder, weights, x, module, count * dHead, dModel);
    return [project(projections.query, heads), project(projections.key, keyValueHeads), project(projections.value, keyValueHeads)];
  }

  private apart(x: string, { fused, order }: FusedProjections): [string, string, string] {
    const { builder, config, weights } = this;
    const { heads, keyValueHeads, dHead, dModel } = config;
    const widths = [heads * dHead, keyValueHeads * dHead, keyValueHeads * dHead];
    const all = linear(builder, weights, x, fused, widths.reduce((a, b) => a + b), dModel);
    const parts = () => [builder.fresh('query'), builder.fresh('key'), builder.fresh('value')] as const;
    if (order === 'projections') return builder.node('Split', [all, builder.ints(...widths)], [...parts()], { axis: -1 }, '') as [string, string, string];
    const byHead = builder.op('Reshape', [all, builder.ints(-1, heads, 3 * dHead)]);
    const split = builder.node('Split', [byHead], [...parts()], { axis: -1, num_outputs: 3 }, '');
    return split.map((part) => builder.op('Reshape', [part, builder.ints(-1, heads * dHead)])) as [string, string, string];
  }

  private headNorm(x: string, count: number, name: string, over: 'head' | 'projection'): string {
    const { builder, norms } = this;
    const width = this.config.dHead;
    if (over === 'projection') return norms.of(x, name, count * width);
    return builder.op('Reshape', [norms.of(builder.op('Reshape', [x, builder.ints(-1, count, width)]), name, width), builder.ints(-1, count * width)]);
  }

  /** `[rows, time, count * dHead]` */
  private rotate(padded: string, count: number, rope: Rope, tables: [string, string]): string {
    const part = rope.width === fittedWidth(this.config.dHead) ? 0 : rope.width;
    return this.builder.contrib('RotaryEmbedding', [padded, packedInputs.firstPosition, ...tables], { num_heads: count, interleaved: 0, rotary_embedding_dim: part });
  }
}
