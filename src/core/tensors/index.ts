export { TensorFileError } from './errors';
export { type StoredTensor, isPlainFloat, readBytes, readFloats, readSafetensorsHeader } from './safetensors';
