import type { TokenTrace } from '../types';
import { applyForm, dot, type LinearForm, unitFactor } from './linearForm';
import type { ReadyProbe } from './score';
import type { TaughtForm } from './taught';

export interface TokenInput {
  /** The trace at the probe's hook point. */
  trace: TokenTrace;
  /** `[tokens]`, 1 for response tokens. */
  response: ArrayLike<number>;
  /** Mean over the prompt's tokens `[dModel]`; needed for response-minus-prompt. */
  prompt?: Float32Array;
}

/**
 * A probe over single tokens, `[tokens]`, every token valued. For input "response" and "response-minus-prompt" and for
 * latents the mean over response tokens is the row's score: with a = mean_t h_t and f = 1/|a| (1 for a direction),
 * value_t = weights . h_t f + bias is the exact share of token t; a constant prompt part is taken off every h_t and off a alike.
 * For "last" each token is read as if it were the last, so the last response token's value is the row's score.
 * The measure must be activation: push needs gradients, which a trace does not hold.
 */
export function tokenValues(ready: ReadyProbe, input: TokenInput): Float64Array {
  if (ready.probe.measure === 'push') throw new RangeError('tokenValues: a trace holds no gradients, so push has no token values');
  if (ready.kind === 'latent') return latentTokenValues(input.trace, ready.probe.latent, ready.probe.sign);
  if (ready.kind === 'taught') return activationPart(ready.form, input);
  const { trace, response, prompt } = input;
  const difference = ready.probe.input === 'response-minus-prompt';
  if (difference && prompt === undefined) throw new RangeError('tokenValues: this probe needs the mean over the prompt');
  const token = (t: number) => Float64Array.from(trace.residual.subarray(t * trace.dModel, (t + 1) * trace.dModel));
  const read = difference ? (t: number) => token(t).map((value, i) => value - prompt![i]!) : token;
  if (ready.probe.input === 'last') return Float64Array.from({ length: trace.tokens }, (_, t) => applyForm(ready.form, token(t)));
  const factor = ready.form.unit ? unitFactor(meanOver(read, response, trace)) : 1;
  return Float64Array.from({ length: trace.tokens }, (_, t) => valueOf(ready.form, read(t), factor));
}

/** Of a taught probe its activation part: push and text have no value a token. All zero where it has none. */
function activationPart({ parts }: TaughtForm, { trace, response }: TokenInput): Float64Array {
  const part = parts.find(({ kernel }) => kernel === 'activation');
  if (part?.kernel !== 'activation') return new Float64Array(trace.tokens);
  const token = (t: number) => Float64Array.from(trace.residual.subarray(t * trace.dModel, (t + 1) * trace.dModel));
  const unit = unitFactor(meanOver(token, response, trace));
  return Float64Array.from({ length: trace.tokens }, (_, t) => dot(part.weights, token(t)) * unit);
}

/**
 * A probe on push over single tokens, `[tokens]`: with g_t a row's push at position t and f = 1/|sum_t g_t| (1 for a
 * direction), value_t = weights . g_t f + bias / tokens. Their sum over all positions is the row's score.
 * @param push `[tokens, dModel]`, row-major
 */
export function pushTokenValues(ready: ReadyProbe, push: Float32Array): Float64Array {
  if (ready.kind !== 'linear' || ready.probe.measure !== 'push') throw new RangeError('pushTokenValues: the probe does not read push alone');
  const { weights, bias, unit } = ready.form;
  const dModel = weights.length;
  const tokens = push.length / dModel;
  const factor = unit ? unitFactor(sumOverTokens(push, dModel)) : 1;
  return Float64Array.from({ length: tokens }, (_, t) => dot(weights, push.subarray(t * dModel, (t + 1) * dModel)) * factor + bias / tokens);
}

/** `[tokens, dModel]` summed to `[dModel]`. */
export function sumOverTokens(values: Float32Array, dModel: number): Float32Array {
  const sum = new Float64Array(dModel);
  values.forEach((value, i) => (sum[i % dModel]! += value));
  return Float32Array.from(sum);
}

function valueOf(form: LinearForm, vector: Float64Array, unit: number): number {
  return dot(form.weights, vector) * (form.unit ? unit : 1) + form.bias;
}

/** Mean of the response tokens' vectors, fp64 `[dModel]`. */
function meanOver(read: (t: number) => Float64Array, response: ArrayLike<number>, { tokens, dModel }: TokenTrace): Float64Array {
  const mean = new Float64Array(dModel);
  let count = 0;
  for (let t = 0; t < tokens; t++) {
    if (!response[t]) continue;
    count++;
    const vector = read(t);
    for (let i = 0; i < dModel; i++) mean[i]! += vector[i]!;
  }
  return count === 0 ? mean : mean.map((sum) => sum / count);
}

/** One latent over the tokens of a trace, times `sign`; 0 where it is not among the token's active ones. */
export function latentTokenValues({ tokens, k, latentIndex, latentValue }: TokenTrace, latent: number, sign: 1 | -1 = 1): Float64Array {
  const values = new Float64Array(tokens);
  for (let t = 0; t < tokens; t++) {
    for (let slot = t * k; slot < (t + 1) * k; slot++) {
      if (latentIndex[slot] === latent && latentValue[slot] !== 0) values[t] = sign * latentValue[slot]!;
    }
  }
  return values;
}

/**
 * Which tokens have a norm over `limit` (the first position, a few delimiters), `[tokens]`: they would drown every other one. Without a
 * limit of the model's, 4 x the row's own median.
 */
export function massiveTokens(trace: TokenTrace, limit: number | null): Uint8Array {
  const norms = tokenNorms(trace);
  const most = limit ?? 4 * norms.toSorted()[Math.floor(trace.tokens / 2)]!;
  return Uint8Array.from(norms, (norm) => (norm > most ? 1 : 0));
}

/** The norm of the residual stream at each token, `[tokens]`. */
export function tokenNorms({ residual, tokens, dModel }: TokenTrace): Float64Array {
  return Float64Array.from({ length: tokens }, (_, t) => {
    let squares = 0;
    for (let i = t * dModel; i < (t + 1) * dModel; i++) squares += residual[i]! ** 2;
    return Math.sqrt(squares);
  });
}
