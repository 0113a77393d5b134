export { SaeError } from './errors';
export { poolLatents, saeValues, traceLatents } from './passes';
export type { ActivationRule, Sae } from './sae';
export { readSaelens } from './saelens';
