export { TensorFileError } from './errors';
export { type StoredTensor, isPlainFloat, readFloats, readSafetensorsHeader } from './safetensors';
