export { TensorFileError } from './errors';
export { listedFiles, verifyFiles } from './listedFiles';
export { type StoredTensor, isPlainFloat, readBytes, readFloats, readSafetensorsHeader } from './safetensors';
export { type TensorLayout, byteLength, safetensorsHeader } from './writer';
