export * from './audit';
export * from './heatmap';
export * from './sentRows';
