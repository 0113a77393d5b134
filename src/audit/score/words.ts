/** A rate as the field prints p: .05. */
export const rateWords = (rate: number): string => String(Number(rate.toPrecision(2))).replace(/^0\./, '.');
