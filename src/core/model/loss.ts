import { type Graph, GraphBuilder, cloneGraph } from '../onnx';
import { type ModelConfig } from './config';
import { unembedding } from './embedding';
import { finalNorm } from './llama';
import { type Weights } from './weights';

/** Names of what `appendLoss` adds. */
export const lossValues = {
  /** Packed positions that predict, `[positions]`: a multiple of `lossPieces`. */
  predict: 'loss_predict',
  /** The token that each should predict, `[positions]`. */
  target: 'loss_target',
  /** 1 for a position that counts, 0 for one that only fills up, `[positions]`. */
  weight: 'loss_weight',
  /** Negative log-likelihoods in nats, `[positions]`. */
  nll: 'loss_nll',
  /** Their weighted sum, `[1]`. */
  total: 'loss_total',
} as const;

/** The positions go through the head in that many pieces, so that no more than a piece's logits are held at once. */
export const lossPieces = 8;

/**
 * The loss at the end of the model's own graph, in plain operators: nll = log sum exp(h E^T) - h . E[target].
 * The second term needs the target's row of the unembedding only, so its gradient needs no scatter over the vocabulary.
 */
export function appendLoss(graph: Graph, config: ModelConfig, weights: Weights): Graph {
  const result = cloneGraph(graph);
  const builder = new GraphBuilder(result, 'loss_');
  for (const [name, dtype] of [['predict', 'int64'], ['target', 'int64'], ['weight', 'float32']] as const) builder.input(lossValues[name], dtype, ['positions']);
  const matrix = unembedding(builder, weights, config);
  const pieces = (value: string) => {
    const names = Array.from({ length: lossPieces }, () => builder.fresh('piece'));
    return builder.node('Split', [value], names, { axis: 0, num_outputs: lossPieces }, '');
  };
  const rows = pieces(builder.op('Gather', [finalNorm, lossValues.predict]));
  const targets = pieces(lossValues.target);
  const nlls = rows.map((row, i) => {
    const partition = builder.op('ReduceLogSumExp', [builder.op('Gemm', [row, matrix], { transB: 1 }), builder.ints(-1)], { keepdims: 0 });
    const chosen = builder.op('ReduceSum', [builder.op('Mul', [row, builder.op('Gather', [matrix, targets[i]!])]), builder.ints(-1)], { keepdims: 0 });
    return builder.op('Sub', [partition, chosen]);
  });
  const sums = pieces(lossValues.weight).map((weight, i) => builder.op('ReduceSum', [builder.op('Mul', [nlls[i]!, weight]), builder.ints(-1)], { keepdims: 1 }));
  builder.op('Identity', [sums.reduce((a, b) => builder.op('Add', [a, b]))], {}, lossValues.total);
  builder.op('Concat', nlls, { axis: 0 }, lossValues.nll);
  builder.output(lossValues.nll);
  return result;
}
