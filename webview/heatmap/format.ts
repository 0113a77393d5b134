import type { Measure, ShapeId } from '../../src/core/types';

const MINUS = '\u2212';

/** Three significant digits and a true minus sign. */
export function formatValue(value: number): string {
  if (!Number.isFinite(value)) return 'none';
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
  const text = size > 0 && size < 0.005 ? size.toPrecision(1) : size.toFixed(digits);
  return value < 0 && Number(text) !== 0 ? MINUS + text : text;
}

/** Never rounded up: 99.97 is not the hundredth percentile. */
export function formatPercentile(percentile: number): string {
  return (Math.floor(percentile * 10 + 1e-6) / 10).toFixed(1);
}

/** Conformal p and shares, without the leading zero. */
export function formatShare(value: number): string {
  return value >= 1 ? '1' : value.toFixed(value < 0.01 ? 3 : 2).replace(/^0/, '');
}

/** Latent values are read against the row's largest: that sets the digits. */
export function formatLatent(value: number, largest: number): string {
  const digits = largest >= 10 ? 0 : largest >= 1 ? 1 : 2;
  return Number.isFinite(value) ? value.toFixed(digits) : 'none';
}

export function formatCount(count: number): string {
  return count.toLocaleString('en');
}

export function plural(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

export const shapeNames: Record<ShapeId, string> = {
  messages: 'chat',
  sharegpt: 'ShareGPT chat',
  alpaca: 'instruction',
  'prompt-completion': 'prompt and completion',
  preference: 'preference pair',
  kto: 'KTO',
  instances: 'instances',
  text: 'plain text',
  mapping: 'mapped fields',
};

export const measureNames: Record<Measure, string> = {
  activation: 'activation',
  push: 'push',
  'activation+push': 'activation and push',
  'projection-difference': 'projection difference',
  'trait-likelihood': 'trait likelihood',
};
