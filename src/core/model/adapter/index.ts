export { attachAdapter } from './attach';
export { type Adapter, openAdapter } from './open';
