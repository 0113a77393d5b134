export { type ModelConfig, parseConfig } from './config';
export { ModelError, type ModelErrorReason } from './errors';
export { blockOf, residPost } from './hookPoints';
export { packedInputs } from './inputs';
export { finalNorm, llamaGraph } from './llama';
export { headGraph, headValues } from './head';
export { type ModelManifest, modelHash, readManifest, verifyManifest } from './manifest';
export { Weights, openWeights } from './weights';
