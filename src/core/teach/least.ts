/** Good and bad marks each, under which nothing is taught. */
export const LEAST_MARKS = 5;
