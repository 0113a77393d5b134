export { SaeError } from './errors';
export { type SaeFit, saeFit } from './fit';
export { poolLatents, saeValues, traceLatents } from './passes';
export type { ActivationRule, Sae } from './sae';
export { readSaelens } from './saelens';
