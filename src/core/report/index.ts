export * from './blocks';
export { htmlReport } from './html';
export { markdownReport } from './markdown';
export * from './provenance';
export { reportBlocks } from './sections';
export * from './sentences';
export { visibleText } from './visibleText';
export * from './words';
