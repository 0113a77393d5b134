import type { TokenTrace } from '../types';

/** How an SAE fits a residual stream. */
export interface SaeFit {
  /** Active latents a token. */
  l0: number;
  /** Fraction of variance unexplained: squared error over squared distance from the tokens' mean. 1 is no better than that mean, and NaN where nothing varies. */
  fvu: number;
}

/**
 * L0 and FVU of the latents of a trace, as SAELens computes them: x' = latents W_dec + b_dec.
 * @param tokens which of the trace's tokens count
 * @param decoder `[latents, dModel]`
 * @param bias `[dModel]`
 */
export function saeFit({ residual, dModel, latentIndex, latentValue, k }: TokenTrace, tokens: readonly number[], decoder: Float32Array, bias: Float32Array): SaeFit {
  const mean = new Float64Array(dModel);
  for (const t of tokens) for (let i = 0; i < dModel; i++) mean[i]! += residual[t * dModel + i]! / tokens.length;
  let [active, error, variance] = [0, 0, 0];
  for (const t of tokens) {
    const rebuilt = Float64Array.from(bias);
    for (let slot = t * k; slot < (t + 1) * k; slot++) {
      const [row, value] = [latentIndex[slot]! * dModel, latentValue[slot]!];
      if (value === 0) continue;
      active++;
      for (let i = 0; i < dModel; i++) rebuilt[i]! += value * decoder[row + i]!;
    }
    for (let i = 0; i < dModel; i++) {
      const x = residual[t * dModel + i]!;
      error += (x - rebuilt[i]!) ** 2;
      variance += (x - mean[i]!) ** 2;
    }
  }
  return { l0: active / tokens.length, fvu: error / variance };
}
