import { type Graph, GraphBuilder, emptyGraph } from '../onnx';
import { type ModelConfig } from './modelConfig';
import { unembedding } from './embedding';
import { type Weights } from './weights';

/** Names of the head graph's inputs and outputs. */
export const headValues = { hidden: 'hidden', target: 'target', nll: 'nll', logits: 'logits' } as const;

/**
 * The language-model head as a graph of its own, so that only the positions that predict response tokens go through it:
 * `hidden [positions, dModel]` (after the final norm) and `target [positions]` give `nll [positions]` in nats and
 * `logits [positions, vocabulary]`.
 */
export function headGraph(config: ModelConfig, weights: Weights): Graph {
  const builder = new GraphBuilder(emptyGraph());
  builder.input(headValues.hidden, 'float32', ['positions', config.dModel]);
  builder.input(headValues.target, 'int64', ['positions']);
  const products = builder.op('Gemm', [headValues.hidden, unembedding(builder, weights, config)], { transB: 1 });
  const logits = builder.op('Identity', [asLogits(builder, config, products)], {}, headValues.logits);
  builder.output(negativeLogLikelihood(builder, logits, headValues.target, headValues.nll));
  builder.output(logits);
  return builder.graph;
}

/** What the head does to the products with the unembedding, element by element. */
export function asLogits(builder: GraphBuilder, { head: { divisor = 1, softcap } }: ModelConfig, products: string): string {
  const divided = divisor === 1 ? products : builder.op('Div', [products, builder.scalar(divisor)]);
  if (softcap === undefined) return divided;
  return builder.op('Mul', [builder.op('Tanh', [builder.op('Div', [divided, builder.scalar(softcap)])]), builder.scalar(softcap)]);
}

/** -log softmax(logits)[target] in nats, `[positions]`; logits `[positions, vocabulary]`. */
export function negativeLogLikelihood(builder: GraphBuilder, logits: string, target: string, name?: string): string {
  const logProbabilities = builder.op('LogSoftmax', [logits], { axis: -1 });
  const chosen = builder.op('GatherElements', [logProbabilities, builder.op('Unsqueeze', [target, builder.ints(1)])], { axis: 1 });
  return builder.op('Neg', [builder.op('Squeeze', [chosen, builder.ints(1)])], {}, name);
}
