export { DatasetError, type DatasetErrorReason } from './datasetError';
export { documentToTurnOffset, type DocumentText, turnOffsetToDocument, turnRangeToDocument } from './offsets';
export { readDataset, type ReadOptions } from './readDataset';
export { recordHash } from './recordHash';
export { documentSlices } from './slices';
export type { DatasetSource } from './source/byteSource';
export { TextReader } from './textReader';
