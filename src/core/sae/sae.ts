import type { StoredTensor } from '../tensors';
import type { HookPoint } from '../types';
import type { SaeFit } from './fit';

/** How pre-activations become latents. */
export type ActivationRule = { kind: 'topk'; k: number };

/** A sparse autoencoder, whatever format it was stored in. */
export interface Sae {
  name: string;
  folder: string;
  /** Names of the model that it was made for, from each file that says one. */
  madeFor: string[];
  /** How it fits that model's check text; null where nobody stated it. */
  stated: SaeFit | null;
  /** SHA-256 of the weights file. */
  sha256: string;
  hookPoint: HookPoint;
  dIn: number;
  latents: number;
  rule: ActivationRule;
  /** Whether b_dec is subtracted from the input before encoding. */
  subtractDecoderBias: boolean;
  /** `[dIn, latents]`. */
  encoder: StoredTensor;
  /** `[latents]`. */
  encoderBias: StoredTensor;
  /** `[dIn]`. */
  decoderBias: StoredTensor;
  /** `[latents, dIn]`. */
  decoder: StoredTensor;
  /** Names of latents, where someone gave them honest ones. */
  names: Map<number, string>;
}
