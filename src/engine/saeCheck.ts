import { massiveTokens } from '../core/probe';
import { type SaeFit, SaeError, saeFit } from '../core/sae';
import { readFloats } from '../core/tensors';
import type { TokenTrace } from '../core/types';
import type { LoadedModel } from './loadedModel';

/** What an SAE may leave unexplained beyond what its manifest states of the same text. Noise at the least cosine that parity allows (.999) adds .006. */
const fvuTolerance = 0.05;
const l0Tolerance = 0.05;

/**
 * Holds an SAE to the model that it is read with: on the model's check text L0 and FVU are what its manifest states, or, where it
 * states nothing, it leaves less unexplained than the tokens' mean does. An SAE of the same width made for another model does not.
 * @param trace of the check text
 * @throws SaeError `wrong-model`
 */
export async function checkSae({ folder, name, sae, massiveNorm }: LoadedModel, trace: TokenTrace): Promise<void> {
  if (!sae) return;
  const massive = massiveTokens(trace, massiveNorm);
  const tokens = Array.from({ length: trace.tokens }, (_, t) => t).filter((t) => t > 0 && !massive[t]);
  const fit = saeFit(trace, tokens, await readFloats(sae.decoder), await readFloats(sae.decoderBias));
  const { stated } = sae;
  if (stated ? Math.abs(fit.l0 / stated.l0 - 1) <= l0Tolerance && fit.fvu <= stated.fvu + fvuTolerance : fit.fvu < 1) return;
  throw new SaeError(
    'wrong-model',
    `The SAE in ${sae.folder} does not fit ${name}: on its check text ${words(fit)}, and ${stated ? `its manifest.json states that ${words(stated)}` : 'an SAE for this model leaves less than the 1.00 that the mean alone leaves'}. ` +
      `It was made for another model, or cfg.json does not say how it was trained. Name an SAE for this model in ${folder}/manifest.json.`,
  );
}

const words = ({ l0, fvu }: SaeFit): string => `L0 is ${l0.toFixed(1)} and ${fvu.toFixed(2)} of the variance is left unexplained`;
