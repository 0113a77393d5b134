/** 6000 as "6,000", whatever the machine's locale. */
export function countWords(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

/** An expectation: whole from 1 up, one decimal under it. */
export function expectedWords(value: number): string {
  return value >= 1 || value === 0 ? countWords(value) : value < 0.05 ? 'fewer than .1' : rateWords(Number(value.toFixed(1)));
}

/** A rate without its leading zero, as the field prints p: .05. */
export function rateWords(rate: number): string {
  return String(Number(rate.toPrecision(3))).replace(/^(-?)0\./, '$1.');
}

export function rowsWords(count: number): string {
  return `${countWords(count)} ${count === 1 ? 'row' : 'rows'}`;
}
