import { type Graph, GraphBuilder, cloneGraph } from '../onnx';
import type { StoredTensor } from '../tensors';
import type { Sae } from './sae';

/** Names of the inputs and outputs that the SAE passes add. */
export const saeValues = {
  /** Packed tokens to encode, `[selected]`. */
  index: 'sae_index',
  /** Weights of the pooled rows over the selected tokens, `[sae_rows, selected]`. */
  pool: 'sae_pool',
  /** Weighted sums of latents, `[sae_rows, latents]`. */
  pooled: 'sae_pooled',
  /** Weighted sums of the tokens that were counted, `[sae_rows, 1]`: 1 where no token was left out. */
  counted: 'sae_counted',
  /** Values and indices of the active latents, `[selected, k]`. */
  topValue: 'sae_top_value',
  topIndex: 'sae_top_index',
} as const;

/**
 * Encodes selected tokens of a residual value and gives each row's pooled latents. Tokens whose norm is over
 * `massiveNorm` lie outside the SAE's range: they are left out, and `counted` says what is left.
 */
export function poolLatents(graph: Graph, residual: string, sae: Sae, massiveNorm: number): Graph {
  const result = cloneGraph(graph);
  const builder = new GraphBuilder(result, 'sae_');
  const selected = selectTokens(builder, residual);
  const { value, index, pre } = encode(builder, selected, sae);
  const zeros = builder.op('Mul', [pre, builder.scalar(0)]);
  const norm = builder.op('ReduceL2', [selected, builder.ints(1)], { keepdims: 1 });
  const inRange = builder.op('Cast', [builder.op('LessOrEqual', [norm, builder.scalar(massiveNorm)])], { to: 1 });
  const latents = builder.op('ScatterElements', [zeros, index, builder.op('Mul', [value, inRange])], { axis: 1 });
  builder.input(saeValues.pool, 'float32', ['sae_rows', 'selected']);
  builder.output(builder.op('MatMul', [saeValues.pool, latents], {}, saeValues.pooled));
  builder.output(builder.op('MatMul', [saeValues.pool, inRange], {}, saeValues.counted));
  return result;
}

/** Encodes selected tokens of a residual value and gives their active latents: what a heatmap shows. */
export function traceLatents(graph: Graph, residual: string, sae: Sae): Graph {
  const result = cloneGraph(graph);
  const builder = new GraphBuilder(result, 'sae_');
  const { value, index } = encode(builder, selectTokens(builder, residual), sae);
  builder.output(builder.op('Identity', [value], {}, saeValues.topValue));
  builder.output(builder.op('Cast', [index], { to: 6 }, saeValues.topIndex));
  return result;
}

function selectTokens(builder: GraphBuilder, residual: string): string {
  return builder.op('Gather', [residual, builder.input(saeValues.index, 'int64', ['selected'])]);
}

/** relu(topk((x - b_dec) W_enc + b_enc)): values and indices `[selected, k]`, pre-activations `[selected, latents]`. */
function encode(builder: GraphBuilder, x: string, sae: Sae): { value: string; index: string; pre: string } {
  const weight = (name: string, tensor: StoredTensor) => {
    const stored = builder.external(`sae_${name}`, tensor.dtype, tensor.shape, tensor.bytes);
    return tensor.dtype === 'float32' ? stored : builder.op('Cast', [stored], { to: 1 });
  };
  const centred = sae.subtractDecoderBias ? builder.op('Sub', [x, weight('b_dec', sae.decoderBias)]) : x;
  const pre = builder.op('Gemm', [centred, weight('W_enc', sae.encoder), weight('b_enc', sae.encoderBias)]);
  const [top, index] = builder.node('TopK', [pre, builder.ints(sae.rule.k)], ['sae_top_pre', 'sae_top'], { axis: 1, largest: 1, sorted: 1 }, '');
  return { value: builder.op('Relu', [top!]), index: index!, pre };
}
