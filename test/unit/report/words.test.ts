import { expect, test } from 'vitest';
import { bytesWords, cosineWords, countWords, durationWords, expectedWords, rateWords, speedWords, twoDecimals } from '../../../src/core/report';

test('counts have thousands separators whatever the locale', () => {
  expect(countWords(6000)).toBe('6,000');
});

test('rates have two significant digits and no leading zero', () => {
  expect([0.05, 0.016393, 1, 0.5, 0.00012].map(rateWords)).toEqual(['.05', '.016', '1', '.5', '.00012']);
});

test('areas and correlations have two decimals', () => {
  expect([0.535, 1, -0.1, 0].map(twoDecimals)).toEqual(['.54', '1.00', '-.10', '.00']);
});

test('expected numbers are whole from 1 up', () => {
  expect([294.6, 1, 0.42, 0.01, 0].map(expectedWords)).toEqual(['295', '1', '.4', 'fewer than .1', '0']);
});

test('durations', () => {
  expect([0.4, 59.6, 158, 3599, 3780].map(durationWords)).toEqual(['0 s', '1 min 0 s', '2 min 38 s', '59 min 59 s', '1 h 3 min']);
});

test('speeds', () => {
  expect([0.01, 3.14, 34.2, 1234].map(speedWords)).toEqual(['under .1 rows/s', '3.1 rows/s', '34 rows/s', '1,234 rows/s']);
});

test('bytes', () => {
  expect([12, 1500, 96_700_000, 999_600, 2147483648].map(bytesWords)).toEqual(['12 bytes', '1.5 kB', '97 MB', '1.0 MB', '2.1 GB']);
});

test('a cosine is never rounded up', () => {
  expect(cosineWords(0.999999999)).toBe('.99999999');
  expect(cosineWords(1)).toBe('1');
});
