export * from './audit';
export * from './heatmap';
