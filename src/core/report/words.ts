/** 6000 as "6,000", whatever the machine's locale. */
export function countWords(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function rowsWords(count: number): string {
  return `${countWords(count)} ${count === 1 ? 'row' : 'rows'}`;
}

/** A p, q or rate to two significant digits without its leading zero: .016. */
export function rateWords(rate: number): string {
  return withoutZero(String(Number(rate.toPrecision(2))));
}

/** A correlation or an area to two decimals without its leading zero: .54, -.10, 1.00. */
export function twoDecimals(value: number): string {
  return withoutZero(value.toFixed(2));
}

/** An expected number: whole from 1 up, one decimal under it. */
export function expectedWords(value: number): string {
  if (value >= 1 || value === 0) return countWords(value);
  return value < 0.05 ? 'fewer than .1' : withoutZero(value.toFixed(1));
}

export function percentileWords(percentile: number): string {
  return percentile.toFixed(1);
}

export function shareWords(share: number): string {
  return `${Math.round(100 * share)} %`;
}

/** 158 seconds as "2 min 38 s". */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** Rows a second: one decimal under 10. */
export function speedWords(rowsPerSecond: number): string {
  if (rowsPerSecond < 0.05) return 'under .1 rows/s';
  return `${rowsPerSecond < 10 ? rowsPerSecond.toFixed(1) : countWords(rowsPerSecond)} rows/s`;
}

export function bytesWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = -1;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** Never rounded up: .999996 must not read as 1. */
export function cosineWords(cosine: number): string {
  return withoutZero(String(Math.floor(cosine * 1e8) / 1e8));
}

function withoutZero(number: string): string {
  return number.replace(/^(-?)0\./, '$1.');
}
