/** A hook point in TransformerLens terms, such as `blocks.15.hook_resid_post`. */
export type HookPoint = string;

/** One vector a hook point, `[dModel]` each. */
export type HookVectors = Record<HookPoint, Float32Array>;

/** The latents whose mean is not zero, ascending by index. */
export interface SparseMeans {
  index: Uint16Array | Uint32Array;
  value: Float32Array;
}

/** Vectors of one response turn of a record that has more than one. */
export interface TurnVectors {
  turn: number;
  activation: HookVectors;
  responseTokens: number;
}

/** What the engine gives for a record. */
export interface RecordVectors {
  hash: string;
  /** Mean of the residual stream over response tokens. */
  activation: HookVectors;
  /** Mean over the prompt's tokens (all tokens before the first response token). */
  prompt: HookVectors;
  /** The residual stream at the last response token. */
  last: HookVectors;
  /** Minus the gradient of the loss with respect to the residual stream (a later pass fills it). */
  push?: HookVectors;
  /** Mean negative log-likelihood a response token, nats. */
  loss?: number;
  tokens: number;
  responseTokens: number;
  /** SAE latent means over response tokens, by hook point. */
  latents: Record<HookPoint, SparseMeans>;
  /** Empty where the record has one response turn: its vector is the record's. */
  perTurn: TurnVectors[];
}

/** A row as it is scored: one record's vectors, or those of a pair's two sides. */
export interface RowVectors {
  main: RecordVectors;
  rejected: RecordVectors | null;
  /** The response's text, which taught probes read too. */
  response: string;
  rejectedResponse: string | null;
}

/** One row's residual stream, token by token: what a heatmap shows. */
export interface TokenTrace {
  hash: string;
  hookPoint: HookPoint;
  tokens: number;
  dModel: number;
  /** `[tokens, dModel]`, row-major. */
  residual: Float32Array;
  /** Per token the active latents, `[tokens, k]`; 0 where fewer are active. Empty without an SAE. */
  latentIndex: Int32Array;
  latentValue: Float32Array;
  k: number;
  /** Negative log-likelihood of each token given those before it, nats; NaN at position 0. */
  nll?: Float32Array;
}

/** What makes two vectors comparable: see the design's VectorKey. */
export interface VectorKey {
  model: string;
  adapter: string | null;
  adapterScale: number;
  precision: string;
  device: string;
  tokenizer: string;
  template: string;
  captureSet: HookPoint[];
  positions: 'response';
  sae: string | null;
  maxTokens: number;
  /** Raised by hand when the numbers change. */
  kernelRevision: number;
}

/** A score is what it is under a VectorKey, a card and a reference set. */
export interface ScoreKey extends VectorKey {
  card: string;
  reference: string;
  /** Raised by hand when the same vectors give other scores or spans. */
  scoreRevision: number;
}
