export { TensorFileError } from './errors';
export { type StoredTensor, isPlainFloat, readBytes, readFloats, readSafetensorsHeader } from './safetensors';
export { type TensorLayout, byteLength, safetensorsHeader } from './writer';
