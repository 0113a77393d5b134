import { type GraphBuilder } from '../onnx';
import { type ModelConfig } from './config';
import { floatWeight } from './linear';
import { type Weights } from './weights';

const block = 32;

/**
 * Rows of the token embedding for `ids [tokens]`: `[tokens, dModel]`.
 * Eight-bit embeddings (w = d q, blocks of 32) gather bytes and scales and multiply, so that the table stays small.
 */
export function embedTokens(builder: GraphBuilder, weights: Weights, config: ModelConfig, ids: string): string {
  const { vocabulary, dModel } = config;
  if (!weights.has('model.embed_tokens.qweight')) {
    const table = weights.get('model.embed_tokens.weight', [vocabulary, dModel]);
    const stored = builder.external('model.embed_tokens.weight', table.dtype, table.shape, table.bytes);
    const rows = builder.op('Gather', [stored, ids]);
    return table.dtype === 'float32' ? rows : builder.op('Cast', [rows], { to: 1 });
  }
  const bytes = weights.get('model.embed_tokens.qweight', [vocabulary, dModel]);
  const scales = weights.get('model.embed_tokens.scales', [vocabulary, dModel / block]);
  const gather = (name: string, tensor: typeof bytes) =>
    builder.op('Cast', [builder.op('Gather', [builder.external(name, tensor.dtype, tensor.shape, tensor.bytes), ids])], { to: 1 });
  return dequantise(builder, gather('model.embed_tokens.qweight', bytes), gather('model.embed_tokens.scales', scales), dModel);
}

/** The unembedding matrix `[vocabulary, dModel]` in fp32: the head's own, or the tied embedding. */
export function unembedding(builder: GraphBuilder, weights: Weights, config: ModelConfig): string {
  const { vocabulary, dModel } = config;
  if (!config.tiedEmbeddings) return floatWeight(builder, 'lm_head.weight', weights.get('lm_head.weight', [vocabulary, dModel]));
  if (!weights.has('model.embed_tokens.qweight')) {
    return floatWeight(builder, 'model.embed_tokens.weight', weights.get('model.embed_tokens.weight', [vocabulary, dModel]));
  }
  const bytes = floatWeight(builder, 'model.embed_tokens.qweight', weights.get('model.embed_tokens.qweight', [vocabulary, dModel]));
  const scales = floatWeight(builder, 'model.embed_tokens.scales', weights.get('model.embed_tokens.scales', [vocabulary, dModel / block]));
  return dequantise(builder, bytes, scales, dModel);
}

function dequantise(builder: GraphBuilder, bytes: string, scales: string, dModel: number): string {
  const blocked = builder.op('Reshape', [bytes, builder.ints(-1, dModel / block, block)]);
  const product = builder.op('Mul', [blocked, builder.op('Unsqueeze', [scales, builder.ints(2)])]);
  return builder.op('Reshape', [product, builder.ints(-1, dModel)]);
}
