export { TensorFileError } from './errors';
export { type StoredTensor, readFloats, readSafetensorsHeader } from './safetensors';
