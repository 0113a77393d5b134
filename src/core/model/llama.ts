import { type Graph, GraphBuilder, emptyGraph } from '../onnx';
import { type ModelConfig } from './config';
import { embedTokens } from './embedding';
import { residMid, residPost } from './hookPoints';
import { declarePackedInputs, packedInputs, padRows, unpadRows } from './inputs';
import { linear } from './linear';
import { type Weights } from './weights';

export const finalNorm = 'ln_final.hook_normalized';

/**
 * A Llama decoder over packed tokens, up to and with the final norm: RMSNorm, rotary grouped-query attention, SwiGLU.
 * Every block's residual stream is named by its hook point, `[tokens, dModel]`. Norms are fused with the residual sum
 * and attention with its rotary embedding: the fastest exact form that onnxruntime offers on the CPU.
 */
export function llamaGraph(config: ModelConfig, weights: Weights): Graph {
  const builder = new GraphBuilder(emptyGraph());
  declarePackedInputs(builder);
  rotaryTables(builder, config);
  const norm = (name: string) => {
    const tensor = weights.get(name, [config.dModel]);
    const stored = builder.external(name, tensor.dtype, tensor.shape, tensor.bytes);
    return tensor.dtype === 'float32' ? stored : builder.op('Cast', [stored], { to: 1 });
  };
  const inputNorm = (block: number) =>
    norm(block < config.blocks ? `model.layers.${block}.input_layernorm.weight` : 'model.norm.weight');

  let residual = embedTokens(builder, weights, config, packedInputs.ids);
  let normalised = builder.op('SimplifiedLayerNormalization', [residual, inputNorm(0)], {
    axis: -1,
    epsilon: { float: config.normEpsilon },
    stash_type: 1,
  });
  /** residual + branch under its hook name, and its norm for what follows. */
  const addAndNorm = (branch: string, gain: string, hook: string, normName: string) => {
    builder.node('SkipSimplifiedLayerNormalization', [residual, branch, gain], [normName, '', '', hook], { epsilon: { float: config.normEpsilon } }, 'com.microsoft');
    residual = hook;
    normalised = normName;
  };
  for (let block = 0; block < config.blocks; block++) {
    const layer = `model.layers.${block}`;
    addAndNorm(
      attention(builder, config, weights, normalised, block),
      norm(`${layer}.post_attention_layernorm.weight`),
      residMid(block),
      `blocks.${block}.ln2.hook_normalized`,
    );
    const last = block === config.blocks - 1;
    addAndNorm(mlp(builder, config, weights, normalised, layer), inputNorm(block + 1), residPost(block), last ? finalNorm : `blocks.${block + 1}.ln1.hook_normalized`);
  }
  builder.output(finalNorm);
  return builder.graph;
}

function attention(builder: GraphBuilder, config: ModelConfig, weights: Weights, x: string, block: number): string {
  const { dModel, heads, keyValueHeads, dHead } = config;
  const layer = `model.layers.${block}.self_attn`;
  // The rotary embedding inside of the attention operator asks for heads of a multiple of 16.
  const fused = dHead % 16 === 0;
  const rotary = ['rotary_cos', 'rotary_sin'];
  const project = (name: string, count: number) =>
    padRows(builder, linear(builder, weights, x, `${layer}.${name}.weight`, count * dHead, dModel));
  const rotate = (padded: string, count: number) =>
    fused ? padded : builder.contrib('RotaryEmbedding', [padded, builder.ints(0), ...rotary], { num_heads: count, interleaved: 0 });
  const [mixed] = builder.node(
    'GroupQueryAttention',
    [
      rotate(project('q_proj', heads), heads),
      rotate(project('k_proj', keyValueHeads), keyValueHeads),
      project('v_proj', keyValueHeads),
      '',
      '',
      packedInputs.lastPosition,
      packedInputs.longest,
      ...(fused ? rotary : []),
    ],
    [`blocks.${block}.attn.padded`, `blocks.${block}.attn.present_k`, `blocks.${block}.attn.present_v`],
    {
      num_heads: heads,
      kv_num_heads: keyValueHeads,
      do_rotary: fused ? 1 : 0,
      rotary_interleaved: 0,
      scale: { float: 1 / Math.sqrt(dHead) },
    },
    'com.microsoft',
  );
  return linear(builder, weights, unpadRows(builder, mixed!, heads * dHead), `${layer}.o_proj.weight`, dModel, heads * dHead);
}

/** down(silu(gate(x)) * up(x)); QuickGelu with alpha 1 is x sigmoid(x), which is SiLU. */
function mlp(builder: GraphBuilder, config: ModelConfig, weights: Weights, x: string, layer: string): string {
  const { dModel, dMlp } = config;
  const gate = linear(builder, weights, x, `${layer}.mlp.gate_proj.weight`, dMlp, dModel);
  const up = linear(builder, weights, x, `${layer}.mlp.up_proj.weight`, dMlp, dModel);
  const act = builder.op('Mul', [builder.contrib('QuickGelu', [gate], { alpha: { float: 1 } }), up]);
  return linear(builder, weights, act, `${layer}.mlp.down_proj.weight`, dModel, dMlp);
}

/** cos and sin of position * theta^(-2i / dHead), `[maxPositions, dHead / 2]`. */
function rotaryTables(builder: GraphBuilder, { maxPositions, dHead, ropeTheta }: ModelConfig): void {
  const half = dHead / 2;
  const cos = new Float32Array(maxPositions * half);
  const sin = new Float32Array(maxPositions * half);
  for (let i = 0; i < half; i++) {
    const frequency = ropeTheta ** (-i / half);
    for (let position = 0; position < maxPositions; position++) {
      cos[position * half + i] = Math.cos(position * frequency);
      sin[position * half + i] = Math.sin(position * frequency);
    }
  }
  builder.floats('rotary_cos', [maxPositions, half], cos);
  builder.floats('rotary_sin', [maxPositions, half], sin);
}
