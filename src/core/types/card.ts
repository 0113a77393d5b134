import type { Measure, ProbeId } from './score';
import type { TaughtFinding } from './teach';
import type { HookPoint } from './vectors';

/** Which vector of a record a probe reads. */
export type ProbeInput = 'response' | 'response-minus-prompt' | 'last';

/** A vector in the card: base64 of little-endian fp32 or fp16 values. */
export interface PackedVector {
  dtype: 'f32' | 'f16';
  shape: number[];
  base64: string;
}

interface ProbeBase {
  id: ProbeId;
  /** For people. */
  name: string;
  measure: Measure;
  hookPoint: HookPoint;
  input: ProbeInput;
  /** +1: high is the persona; -1: low is. Scores shown are sign * raw, so high always means more of it. */
  sign: 1 | -1;
  nulls: ProbeNulls;
  evidence: ProbeEvidence;
}

/** score = sum_i weights_i (u_i - mean_i) / scale_i + bias, with u the vector at unit norm. */
export interface TrainedProbe extends ProbeBase {
  kind: 'trained';
  weights: PackedVector;
  mean: PackedVector;
  scale: PackedVector;
  bias: number;
  lambda: number;
}

/** score = vector . direction, direction of unit norm. */
export interface DirectionProbe extends ProbeBase {
  kind: 'direction';
  direction: PackedVector;
}

/** score = the latent's mean over response tokens. */
export interface LatentProbe extends ProbeBase {
  kind: 'latent';
  /** Name and SHA-256 of the SAE's weights. */
  sae: { name: string; sha256: string };
  latent: number;
}

/**
 * Taught on a user's own marks: score = bias + the sum over parts of weights . x, with x the part's vector at unit norm or the
 * response's unit-norm TF-IDF values. All kernels decide together; `measure` is that of the first part.
 */
export interface TaughtProbe extends ProbeBase {
  kind: 'taught';
  parts: TaughtPart[];
  bias: number;
  lambda: number;
  /** Where it was taught, and what its folds allow to claim. */
  taught: { file: string; good: number; bad: number; finding: TaughtFinding; verdict: string };
}

export type TaughtPart =
  | { kernel: 'activation' | 'push'; weights: PackedVector /* [dModel] */; nulls: PackedVector /* [count, dModel] */ }
  | {
      kernel: 'text';
      /** `[buckets]`; 0 for features that the file did not have twice. */
      idf: PackedVector;
      /** Buckets that have a weight, ascending, `[m]`. */
      support: PackedVector;
      weights: PackedVector /* [m] */;
      nulls: PackedVector /* [count, m] */;
    };

export type Probe = TrainedProbe | DirectionProbe | LatentProbe | TaughtProbe;

export type ProbeNulls =
  /** The same teaching with the marks' labels permuted: weights stand in the probe's parts, biases here. */
  | { kind: 'permuted marks'; count: number; biases: number[] }
  /** The same training with labels permuted within domain: one weight vector a null, `[count, dModel]`. */
  | { kind: 'permuted labels'; count: number; weights: PackedVector }
  /** Random directions with the data's covariance, `[count, dModel]`. */
  | { kind: 'random directions'; count: number; directions: PackedVector }
  /** Other latents of about the same density. */
  | { kind: 'latents of the same density'; count: number; latents: number[] };

/** A figure with its 95 % interval. */
export interface Estimate {
  value: number;
  low: number;
  high: number;
}

/** One held-out domain, or all of them. */
export interface EvaluationRow {
  /** Domain name, or "all". */
  domain: string;
  pairs: number;
  /** AUROC of the probe on the held-out domain. */
  auroc: Estimate;
  /** The same with loss and length regressed out. */
  residualised: Estimate;
  /** 97.5th percentile of |AUROC - .5| + .5 over null probes. */
  nullBand: number;
  tfidf: Estimate;
  loss: Estimate;
  length: Estimate;
}

/** As it stands in a card; null where the losses were not known. */
export interface EvidenceRow extends Omit<EvaluationRow, 'residualised' | 'loss'> {
  residualised: Estimate | null;
  loss: Estimate | null;
}

export interface ProbeEvidence {
  method: string;
  rows: EvidenceRow[];
  /** Seen by kind of bad row. */
  byKind: { kind: string; auroc: Estimate }[];
  notes: string[];
}

/** A persona card, `*.persona.json`. */
export interface PersonaCard {
  format: 'persona-lens-card';
  version: 1;
  name: string;
  description: string;
  model: { name: string; sha256: string };
  probes: Probe[];
  default: { probe: ProbeId; measure: Measure };
  /** The cheap alternative trained on the same rows: hashed TF-IDF and ridge weights. */
  text: TextModelData | null;
  provenance: { made: string; data: { path: string; sha256: string; rows: number }[]; seed: number; software: string };
  validatedOn: string[];
  blindSpots: string[];
  /** How often rows of ordinary files of other sources lie beyond the reference's 95th percentile under the default probe. */
  falseFlags?: { source: string; rows: number; flagged: number }[];
}

/** Hashed TF-IDF of words and character n-grams with ridge weights; idf is folded into `idf`, weights act on the unit-norm vector. */
export interface TextModelData {
  buckets: number;
  idf: PackedVector;
  weights: PackedVector;
  bias: number;
}
