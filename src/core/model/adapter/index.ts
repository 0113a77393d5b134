export { attachAdapter } from './attach';
export { adapterFiles } from './files';
export { type Adapter, openAdapter } from './open';
