import { countWords, rateWords } from '../../core/calibrate/words';

export { countWords };

/**
 * A percentile with a decimal only where it tells rows apart: 99.4, 98, 0.4. Never rounded up: 100 stands only where no
 * reference row is above.
 */
export function percentileWords(percentile: number): string {
  if (percentile >= 100) return '100';
  if (percentile >= 99) return (Math.floor(percentile * 10) / 10).toFixed(1);
  if (percentile >= 1 || percentile <= 0) return String(Math.floor(percentile));
  return Math.max(percentile, 0.1).toFixed(1);
}

/** A p or q without its leading zero, two decimals where they say enough: .01, .003. */
export function chanceWords(p: number): string {
  return rateWords(p >= 0.01 ? Number(p.toFixed(2)) : Number(p.toPrecision(1)));
}

const STEPS = 10;

/** Ten steps, filled up to the percentile. */
export function percentileBar(percentile: number): string {
  const filled = Math.max(0, Math.min(STEPS, Math.round(percentile / STEPS)));
  return '█'.repeat(filled) + '░'.repeat(STEPS - filled);
}

/** A share 0..1 as whole percent. */
export function shareWords(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function signed(value: number): string {
  return `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(1)}`;
}

export function megabytes(bytes: number): string {
  const mb = bytes / 2 ** 20;
  return `${mb >= 10 || mb === 0 ? countWords(mb) : mb.toFixed(1)} MB`;
}
