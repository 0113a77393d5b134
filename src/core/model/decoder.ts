import { type Graph, GraphBuilder, emptyGraph } from '../onnx';
import { AttentionWriter } from './attention';
import { embed } from './embedding';
import { finalNorm, residMid, residPost, residPre } from './hookPoints';
import { declarePackedInputs } from './inputs';
import { mlp } from './mlp';
import { type ModelConfig } from './modelConfig';
import { Norms } from './norm';
import { RotaryTables } from './rotary';
import { type Weights } from './weights';

/**
 * A decoder over packed tokens, up to and with the final norm. Every block's residual stream is named by its hook point,
 * `[tokens, dModel]`. Norms are fused with the residual sum and attention with its rotary embedding where they can be: the
 * fastest exact form that onnxruntime offers on the CPU.
 */
export function decoderGraph(config: ModelConfig, weights: Weights): Graph {
  const builder = new GraphBuilder(emptyGraph());
  declarePackedInputs(builder);
  const norms = new Norms(builder, config, weights);
  const attention = new AttentionWriter(builder, config, weights, norms, new RotaryTables(builder));
  const blocks = Array.from({ length: config.blocks }, (_, i) => config.block(i));

  let residual = builder.op('Identity', [embed(builder, weights, config)], {}, residPre(0));
  /** A branch as it is added: under the block's constants and norms. */
  const scaled = (branch: string, norm: string | undefined, multiplier = 1) => {
    const normed = norm === undefined ? branch : norms.of(branch, norm);
    return multiplier === 1 ? normed : builder.op('Mul', [normed, builder.scalar(multiplier)]);
  };
  /** residual + branch under its hook name. Gives what the next module reads: its norm, or the residual stream itself. */
  const add = (branch: string, hook: string, norm: string | undefined, normalised: string): string => {
    const before = residual;
    residual = hook;
    return norm === undefined ? builder.op('Add', [before, branch], {}, hook) : norms.ofSum(before, branch, norm, hook, normalised);
  };

  const first = blocks[0]!.norms.beforeAttention;
  let x = first === undefined ? residual : norms.of(residual, first);
  blocks.forEach((block, i) => {
    const { norms: names, residualMultiplier } = block;
    const attended = scaled(attention.write(x, block.attention, i), names.afterAttention, residualMultiplier);
    const last = i === blocks.length - 1;
    const next = last ? config.finalNorm : blocks[i + 1]!.norms.beforeAttention;
    const nextName = last ? finalNorm : `blocks.${i + 1}.ln1.hook_normalized`;
    const feed = (input: string) => scaled(mlp(builder, config, weights, input, block.mlp), names.afterMlp, residualMultiplier);
    if (block.parallel) {
      const own = names.beforeMlp === undefined ? residual : norms.of(residual, names.beforeMlp);
      x = add(builder.op('Add', [feed(own), attended]), residPost(i), next, nextName);
    } else {
      x = add(feed(add(attended, residMid(i), names.beforeMlp, `blocks.${i}.ln2.hook_normalized`)), residPost(i), next, nextName);
    }
  });
  builder.output(finalNorm);
  return builder.graph;
}
