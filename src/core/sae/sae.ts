import type { StoredTensor } from '../tensors';
import type { HookPoint } from '../types';

/** How pre-activations become latents. */
export type ActivationRule = { kind: 'topk'; k: number };

/** A sparse autoencoder, whatever format it was stored in. */
export interface Sae {
  name: string;
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
