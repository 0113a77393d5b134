import { type Graph, GraphBuilder, cloneGraph } from '../onnx';
import { unembedding } from './embedding';
import { asLogits, negativeLogLikelihood } from './head';
import { finalNorm } from './hookPoints';
import { type ModelConfig } from './modelConfig';
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
} as const;

/** A value that the loss adds up, and the weight of each of its elements there. */
export interface LossTerm {
  value: string;
  seed: string;
}

/** The positions go through the head in that many pieces, so that no more than a piece's logits are held at once. */
export const lossPieces = 8;

/**
 * The loss at the end of the model's own graph: `nll` as the head gives it, and the terms to differentiate,
 * sum w log sum exp(z) - sum w z[target] with the logits z of h E^T. The second needs the targets' rows of the unembedding only, so that no
 * gradient is scattered over the vocabulary; their forward values are not used.
 */
export function appendLoss(graph: Graph, config: ModelConfig, weights: Weights): { graph: Graph; terms: LossTerm[] } {
  const result = cloneGraph(graph);
  const builder = new GraphBuilder(result, 'loss_');
  for (const [name, dtype] of [['predict', 'int64'], ['target', 'int64'], ['weight', 'float32']] as const) builder.input(lossValues[name], dtype, ['positions']);
  const matrix = unembedding(builder, weights, config);
  const pieces = (value: string) => {
    const names = Array.from({ length: lossPieces }, () => builder.fresh('piece'));
    return builder.node('Split', [value], names, { axis: 0, num_outputs: lossPieces }, '');
  };
  const last = builder.ints(-1);
  const targets = pieces(lossValues.target);
  const counted = pieces(lossValues.weight);
  const nlls: string[] = [];
  const terms = pieces(builder.op('Gather', [finalNorm, lossValues.predict])).flatMap((row, i): LossTerm[] => {
    const target = targets[i]!;
    const logits = asLogits(builder, config, builder.op('Gemm', [row, matrix], { transB: 1 }));
    const nll = negativeLogLikelihood(builder, logits, target);
    nlls.push(nll);
    // The runtime may begin with a piece's gradient only when its loss is there: so one piece's logits are held at a time.
    const seed = builder.op('Reshape', [counted[i]!, builder.op('Shape', [nll])]);
    return [
      { value: builder.op('ReduceLogSumExp', [logits, last], { keepdims: 0 }), seed },
      { value: asLogits(builder, config, builder.op('ReduceSum', [builder.op('Mul', [row, builder.op('Gather', [matrix, target])]), last], { keepdims: 0 })), seed: builder.op('Neg', [seed]) },
    ];
  });
  builder.output(builder.op('Concat', nlls, { axis: 0 }, lossValues.nll));
  return { graph: result, terms };
}
