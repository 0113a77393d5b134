import { type GraphBuilder } from '../onnx';
import { packedInputs, positionsInRow } from './inputs';
import { floatWeight } from './linear';
import { type ModelConfig } from './modelConfig';
import { type Weights } from './weights';

const block = 32;
const float32 = 1;

/** What enters the first block, `[tokens, dModel]`. */
export function embed(builder: GraphBuilder, weights: Weights, config: ModelConfig): string {
  const { tokens, positions, multiplier = 1 } = config.embedding;
  let x = tokenRows(builder, weights, config, tokens);
  if (multiplier !== 1) x = builder.op('Mul', [x, builder.scalar(multiplier)]);
  if (positions === undefined) return x;
  return builder.op('Add', [x, tableRows(builder, weights, `${positions}.weight`, [config.maxPositions, config.dModel], positionsInRow(builder))]);
}

/** Eight-bit embeddings (w = d q, blocks of 32) gather bytes and scales and multiply, so that the table stays small. */
function tokenRows(builder: GraphBuilder, weights: Weights, { vocabulary, dModel }: ModelConfig, table: string): string {
  if (!weights.has(`${table}.qweight`)) return tableRows(builder, weights, `${table}.weight`, [vocabulary, dModel], packedInputs.ids);
  const part = (suffix: string, width: number) => tableRows(builder, weights, `${table}.${suffix}`, [vocabulary, width], packedInputs.ids);
  return dequantise(builder, part('qweight', dModel), part('scales', dModel / block), dModel);
}

/** Rows of a stored table in fp32: only those rows are cast. */
function tableRows(builder: GraphBuilder, weights: Weights, name: string, shape: [number, number], ids: string): string {
  const table = weights.get(name, shape);
  const stored = builder.external(name, table.dtype, table.shape, table.bytes);
  const rows = builder.op('Gather', [stored, ids]);
  return table.dtype === 'float32' ? rows : builder.op('Cast', [rows], { to: float32 });
}

/** The unembedding matrix `[vocabulary, dModel]` in fp32: the head's own, or the tied embedding. */
export function unembedding(builder: GraphBuilder, weights: Weights, { vocabulary, dModel, head, embedding }: ModelConfig): string {
  const table = head.unembedding ?? embedding.tokens;
  const floats = (suffix: string, width: number) => {
    const name = `${table}.${suffix}`;
    return floatWeight(builder, name, weights.get(name, [vocabulary, width]));
  };
  if (!weights.has(`${table}.qweight`)) return floats('weight', dModel);
  return dequantise(builder, floats('qweight', dModel), floats('scales', dModel / block), dModel);
}

function dequantise(builder: GraphBuilder, bytes: string, scales: string, dModel: number): string {
  const blocked = builder.op('Reshape', [bytes, builder.ints(-1, dModel / block, block)]);
  const product = builder.op('Mul', [blocked, builder.op('Unsqueeze', [scales, builder.ints(2)])]);
  return builder.op('Reshape', [product, builder.ints(-1, dModel)]);
}
