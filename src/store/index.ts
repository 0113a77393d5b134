export { defaultCacheFolder, defaultProfilesFolder } from './defaultFolder';
export { StoreError, type StoreErrorReason } from './errors';
export type { RowLoss } from './losses';
export { type RowPush, roundTripPush } from './pushes';
export { roundTrip } from './rows';
export { type KeyedRows, readSegment, writeSegment } from './segment';
export { type StoreOptions, VectorStore } from './store';
export { readPushesFile, readVectorsFile, writePushesFile, writeVectorsFile } from './vectorsFile';
