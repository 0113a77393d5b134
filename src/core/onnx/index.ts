export * from './ir/graph';
export { GraphBuilder } from './ir/builder';
export { serialize } from './ir/serialize';
export { tap } from './passes/tap';
export { prune } from './passes/prune';
export { pool, poolInput, pooledName } from './passes/pool';
export { halfPrecisionNodes, lowerForWebGpu } from './passes/webgpu';
