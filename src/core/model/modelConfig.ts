import type { Rope } from './rope';

/** What the graph of a decoder is built from: a checkpoint's config.json in the field's terms. */
export interface ModelConfig {
  modelType: string;
  dModel: number;
  dMlp: number;
  blocks: number;
  heads: number;
  keyValueHeads: number;
  dHead: number;
  vocabulary: number;
  maxPositions: number;
  embedding: Embedding;
  norm: Norm;
  /** Tensor of the norm after the last block. */
  finalNorm: string;
  block(index: number): Block;
  head: Head;
  /** Tensors that may lie in the file and take no part, such as stored masks. */
  unused?: RegExp;
  /** Checkpoints of the decoder without its head leave this out before every name. */
  optionalPrefix?: string;
}

export interface Embedding {
  /** Table of tokens, `[vocabulary, dModel]`. */
  tokens: string;
  /** Table of learned positions, `[maxPositions, dModel]`. */
  positions?: string;
  /** What the tokens' rows are multiplied by. */
  multiplier?: number;
}

export interface Norm {
  /** x / rms(x), or (x - mean x) / std x with a bias. */
  kind: 'rms' | 'layer';
  epsilon: number;
  /** The stored gain is w and 1 + w is meant. */
  plusOne?: boolean;
}

/** One block. Norms are tensor names without `.weight`. */
export interface Block {
  norms: { beforeAttention?: string; afterAttention?: string; beforeMlp?: string; afterMlp?: string };
  attention: Attention;
  mlp: Mlp;
  /** Attention and MLP both read the block's input, and both are added to it. */
  parallel?: boolean;
  /** What both branches are multiplied by before they are added. */
  residualMultiplier?: number;
}

export interface Attention {
  projections: SeparateProjections | FusedProjections;
  out: Linear;
  /** Of query . key. */
  scale: number;
  /** Scores s become c tanh(s / c). */
  softcap?: number;
  /** Keys that a query sees, itself among them. */
  window?: number;
  /** Absent: heads are not turned by position. */
  rope?: Rope;
  /** Norms of queries and keys: of each head by itself, or of the whole projection. */
  headNorms?: { query: string; key: string; over: 'head' | 'projection' };
}

export interface SeparateProjections {
  query: Linear;
  key: Linear;
  value: Linear;
}

export interface FusedProjections {
  fused: Linear;
  /** Query, key and value one after the other, or for each head its own three. */
  order: 'projections' | 'heads';
}

export interface Mlp {
  activation: Activation;
  /** act(in(x)), or act(gate(x)) * up(x), or the same with gate and up in one matrix. */
  form: { in: Linear } | { gate: Linear; up: Linear } | { gateUp: Linear };
  out: Linear;
}

/** x W^T + b of the module, whose tensors are `<module>.weight` and `<module>.bias`. */
export interface Linear {
  module: string;
  bias?: boolean;
  /** The matrix is stored `[in, out]` instead of `[out, in]`. */
  inOut?: boolean;
}

/** x sigmoid(x), the error function's form, and its form with tanh. */
export type Activation = 'silu' | 'gelu' | 'gelu-tanh';

export interface Head {
  /** Tensor of the unembedding, `[vocabulary, dModel]`; absent where it is the embedding of the tokens. */
  unembedding?: string;
  /** What the logits are divided by. */
  divisor?: number;
  /** Logits z become c tanh(z / c). */
  softcap?: number;
}
